// covers: src/main.ts
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { askFor, nextSteps, runCommand } from '../src/command.ts';
import { CreateError } from '../src/errors.ts';

const test = suite<{ parent: string }>('npm create oxbow');

test.before.each((context) => {
  context.parent = mkdtempSync(join(tmpdir(), 'oxbow-command-'));
});

test.after.each(({ parent }) => rmSync(parent, { recursive: true, force: true }));

/** Runs the command without a terminal. */
async function say(
  words: readonly string[],
  interrupted = new AbortController(),
): Promise<{ exitCode: number; output: string; errors: string }> {
  const output = new PassThrough();
  const errors = new PassThrough();
  const surroundings = { input: new PassThrough(), output, errors, env: {}, interrupted };
  const exitCode = await runCommand(words, surroundings);
  const text = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return { exitCode, output: text(output), errors: text(errors) };
}

test('makes the project and says what to type next', async ({ parent }) => {
  const folder = join(parent, 'app');
  const { exitCode, output } = await say([folder, '--template', 'crawler', '--no-install']);
  assert.is(exitCode, 0);
  assert.match(output, /is ready\. Next:[\s\S]*cd .*app\n {2}npm install\n {2}npm start\n {2}npm test/);
  assert.ok(readdirSync(folder).includes('Dockerfile'));
});

test('asks nothing with --yes', async ({ parent }) => {
  assert.is((await say([join(parent, 'app'), '--yes', '--no-install'])).exitCode, 0);
  assert.match(readdirSync(join(parent, 'app', 'src')).join(), 'crawl.ts');
});

test('says what is missing where there is no terminal to ask on', async ({ parent }) => {
  const { exitCode, errors } = await say([join(parent, 'app')]);
  assert.is(exitCode, 2);
  assert.match(errors, /no terminal to ask on: give --template, or --yes/);
  assert.match((await say([])).errors, /give a folder/);
  assert.equal(readdirSync(parent), []);
});

test('refuses an unknown template with the four names, and a folder with something in it', async ({
  parent,
}) => {
  const unknown = await say([join(parent, 'app'), '--template', 'spider']);
  assert.is(unknown.exitCode, 2);
  assert.match(unknown.errors, 'crawler, websocket-server, http-script, worker-pool');
  writeFileSync(join(parent, 'mine'), '');
  const full = await say([parent, '--template', 'crawler', '--no-install']);
  assert.is(full.exitCode, 1);
  assert.match(full.errors, 'is not empty (mine)');
});

test('leaves nothing when it is interrupted, and exits as Ctrl-C does', async ({ parent }) => {
  const interrupted = new AbortController();
  interrupted.abort();
  const { exitCode, errors } = await say([join(parent, 'app'), '--yes'], interrupted);
  assert.is(exitCode, 130);
  assert.match(errors, 'interrupted, nothing was made');
  assert.equal(readdirSync(parent), []);
});

test('asks for the folder first, and only for what is missing', async () => {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question.slice(0, 6));
    return '';
  };
  assert.equal(await askFor({ folder: undefined, template: undefined }, ask), {
    folder: 'oxbow-app',
    template: 'crawler',
  });
  assert.equal(asked, ['Folder', 'What i']);
  await askFor({ folder: 'a', template: 'crawler' }, ask);
  assert.is(asked.length, 2);
});

test('a project whose install failed is told to be installed', () => {
  const installError = new CreateError('ERR_OXBOW_CREATE_INSTALL', 'no network');
  const text = nextSteps({ folder: join(process.cwd(), 'my app'), name: 'app', installError }, 'pnpm', true);
  assert.match(text, /cd "my app"\n {2}pnpm install\n {2}pnpm start/);
  const here = nextSteps({ folder: process.cwd(), name: 'app', installError: undefined }, 'npm', true);
  assert.is(here, 'The project is ready. Next:\n\n  npm start\n  npm test\n');
});

test('is a program', async ({ parent }) => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const [error, output] = await new Promise<[Error | null, string]>((resolve) => {
    execFile(process.execPath, [main, '--help'], { cwd: parent }, (failure, stdout) =>
      resolve([failure, stdout]),
    );
  });
  assert.is(error, null);
  assert.match(output, /^usage: npm create oxbow/);
});

test.run();
