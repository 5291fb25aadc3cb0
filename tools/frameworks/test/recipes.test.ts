// Every recipe compiles beside its framework, and its program does what the page says.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { assert, signal, suite, until } from '@oxbow/testkit';
import { connect } from '@oxbow/websocket';
import { RECIPES_FOLDER, recipesOf, writeRecipes } from '../src/recipes.ts';

const execute = promisify(execFile);
const TSC = join(import.meta.dirname, '../../../node_modules/.bin/tsc');

const test = suite('recipes');
const recipes = writeRecipes();

test('are found by their fence and their first line', () => {
  const page = 'text\n```ts recipe\n// a.ts\nlet x;\n```\n\n```ts\n// b.ts\n```\n';
  assert.equal(recipesOf('p', page), [{ page: 'p', file: 'p/a.ts', code: 'let x;\n' }]);
});

test('compile', async () => {
  const config = {
    extends: '../tsconfig.json',
    compilerOptions: { rootDir: '../../..' },
    // A pattern would pass over a folder whose name begins with a dot.
    files: recipes.map(({ file }) => file),
  };
  writeFileSync(join(RECIPES_FOLDER, 'tsconfig.json'), JSON.stringify(config));
  const compiling = execute(TSC, ['-p', RECIPES_FOLDER, '--pretty', 'false'], { signal: signal() });
  const output = await compiling.then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  assert.is(output, '');
});

/** A program that listens, until `use` is done with its address; then SIGTERM ends it in order. */
async function withServer(page: string, use: (address: string) => Promise<void>): Promise<void> {
  const { file = '' } = recipes.find((recipe) => recipe.page === page) ?? {};
  const program: ChildProcess = spawn(process.execPath, [join(RECIPES_FOLDER, file)], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr]) stream?.on('data', (text) => (said += text));
  const ended = new Promise<number | null>((resolve) => program.once('close', resolve));
  try {
    const isOver = () => program.exitCode !== null;
    await until('the program to say its address', () => /^http:\S+$/m.test(said) || isOver());
    const address = /^http:\S+$/m.exec(said)?.[0];
    assert.ok(address, said);
    await use(address);
    program.kill('SIGTERM');
    assert.is(await ended, 143, said);
  } finally {
    program.kill('SIGKILL');
  }
}

for (const page of ['express', 'fastify', 'hono']) {
  test(`${page}: answers, passes a page on, echoes on the same port, and ends in order`, () =>
    withServer(page, async (address) => {
      assert.is(
        await (await fetch(`${address}/page?url=${encodeURIComponent(`${address}/hello`)}`)).text(),
        'hello',
      );
      const socket = await connect(`${address.replace(/^http/, 'ws')}/echo`);
      await socket.send('hello');
      for await (const message of socket) {
        assert.is(message, 'hello');
        break;
      }
      await socket.close();
    }));
}

test('prometheus: shows what the session did', () =>
  withServer('prometheus', async (address) => {
    const text = await (await fetch(address)).text();
    assert.match(text, /http_client_request_duration_seconds_count\{host="example\.org",status="200"\} 1/);
    assert.match(text, /^http_client_queued_requests 0$/m);
    assert.match(text, /^nodejs_eventloop_lag_seconds /m);
  }));

test('opentelemetry: requests are children of the span they were made in', async () => {
  const { stdout } = await execute(process.execPath, [join(RECIPES_FOLDER, 'opentelemetry/traced.ts')], {
    signal: signal(),
  });
  assert.is(stdout, 'GET in both pages\nGET in both pages\nboth pages is a root\n');
});

test('next: the handler answers a Request with a Response, whatever becomes of its own', async () => {
  const { GET } = (await import(pathToFileURL(join(RECIPES_FOLDER, 'next/route.ts')).href)) as {
    GET: (request: Request) => Promise<Response>;
  };
  await withServer('fastify', async (address) => {
    const ask = async (url: string) => (await GET(new Request(`http://app.test/api/page?url=${url}`))).json();
    assert.equal(await ask(encodeURIComponent(`${address}/hello`)), { characters: 5 });
    assert.equal(await ask('nonsense'), { code: 'ERR_OXBOW_HTTP_INVALID_URL' });
  });
  const { session } = globalThis as unknown as { session: { close(): Promise<void> } };
  await session.close();
});

test.run();
