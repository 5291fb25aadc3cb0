import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite, until } from '@oxbow/testkit';
import { startProgram } from './program.ts';
import { chainOfPages, openSite } from './site.ts';

interface Context {
  folder: string;
}

const test = suite<Context>('what a crawl says on the terminal', { folder: '' });

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-crawl-'));
});

test.after.each(async (context) => {
  await rm(context.folder, { recursive: true });
});

async function countRows(folder: string): Promise<number> {
  return (await readFile(join(folder, 'rows.jsonl'), 'utf8')).trimEnd().split('\n').length;
}

test('says in one sentence what is wrong with its words, and ends with 2', async ({ folder }) => {
  for (const [args, sentence] of [
    [['--no-iu'], 'oxbow: unknown option --no-iu: did you mean --no-ui?\n'],
    [
      ['example.org'],
      "oxbow: 'example.org' is not an http or https URL; did you mean https://example.org/?\n",
    ],
    [
      ['--max-pages', 'many'],
      "oxbow: --max-pages takes a whole number from 1 to 1000000000, but got 'many'\n",
    ],
  ] as const) {
    const program = startProgram(args, folder);
    assert.is(await program.ended(), 2);
    assert.is(program.stderr(), sentence);
    assert.is(program.stdout(), '');
  }
});

test('says in one sentence which file or port it cannot have, and ends with 1', async ({ folder }) => {
  const site = await openSite({ '/': '' });
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  try {
    const unwritable = startProgram(
      [`${site.origin}/`, '--no-ui', '--out', 'no/such/folder/rows.jsonl'],
      folder,
    );
    assert.is(await unwritable.ended(), 1);
    assert.match(unwritable.stderr(), /^oxbow: [^\n]*rows\.jsonl[^\n]*cannot be opened[^\n]*\n$/);
    assert.is(unwritable.stdout(), '');
    const taken = startProgram([`${site.origin}/`, '--port', String(port)], folder);
    assert.is(await taken.ended(), 1);
    assert.match(taken.stderr(), `oxbow: port ${port} cannot be used (it is in use)`);
  } finally {
    blocker.close();
    await site.close();
  }
});

test('opens the page in the browser where it is told to', async ({ folder }) => {
  const opener = join(folder, 'xdg-open');
  await writeFile(opener, `#!/bin/sh\necho "$1" > ${folder}/opened\n`);
  await chmod(opener, 0o755);
  const site = await openSite({ '/': 'x' });
  try {
    const env = { PATH: `${folder}:/bin:/usr/bin` };
    const program = startProgram([`${site.origin}/`, '--port', '0', '--open'], folder, env);
    const [, url = ''] = await program.says(/shown at (\S+)/);
    const opened = (): Promise<string> => readFile(join(folder, 'opened'), 'utf8').catch(() => '');
    await until('the browser to be opened', async () => (await opened()) === `${url}\n`);
    program.child.kill('SIGINT');
    assert.is(await program.ended(), 130);
  } finally {
    await site.close();
  }
});

test('without a browser to open it ends with 2 before anything is fetched, in one sentence', async ({
  folder,
}) => {
  const site = await openSite({ '/': 'x' });
  try {
    const program = startProgram([`${site.origin}/`, '--open', '--out', 'rows.jsonl'], folder, {
      PATH: folder,
    });
    assert.is(await program.ended(), 2);
    assert.match(program.stderr(), /^oxbow: this machine has no program that opens a browser [^\n]*\n$/);
    assert.equal([program.stdout(), site.requests.size], ['', 0]);
  } finally {
    await site.close();
  }
});

test('says why a seed came to nothing, and where one leads to that is another site', async ({ folder }) => {
  const closed = await openSite({});
  await closed.close();
  const other = await openSite({});
  const elsewhere = other.origin.replace('127.0.0.1', 'localhost');
  const site = await openSite({
    '/': (_, response) => response.writeHead(301, { location: `${elsewhere}/` }).end(),
  });
  try {
    const program = startProgram(
      [`${site.origin}/`, `${closed.origin}/`, `${site.origin}/gone`, '--no-ui'],
      folder,
    );
    // No page answered: that is no success.
    assert.is(await program.ended(), 1);
    const said = program.stderr();
    assert.match(
      said,
      `oxbow: the seed ${site.origin}/ leads to ${elsewhere}/, which is another site: name that one`,
    );
    assert.match(said, `oxbow: ${site.origin}/gone: answered 404 Not Found\n`);
    assert.match(said, `oxbow: ${closed.origin}/: its robots.txt could not be read`);
    assert.not.ok(other.requests.has('/'));
  } finally {
    await site.close();
    await other.close();
  }
});

test('says at the end what was left out, and what to do', async ({ folder }) => {
  const site = await openSite({
    '/robots.txt': (_, response) => response.writeHead(200).end('User-agent: *\nDisallow: /private\n'),
    '/': '<a href="/private">p</a><a href="/a/a/a">t</a><a href="http://elsewhere.invalid/">e</a>',
  });
  try {
    const program = startProgram([`${site.origin}/`, '--no-ui'], folder);
    assert.is(await program.ended(), 0);
    assert.match(program.stderr(), 'oxbow: 1 link not followed: forbidden by robots.txt\n');
    assert.match(
      program.stderr(),
      'oxbow: 1 link not followed: looking like a trap; the limits are options\n',
    );
  } finally {
    await site.close();
  }
});

test('goes on when nobody reads what it says', async ({ folder }) => {
  const site = await openSite(chainOfPages(300));
  try {
    const program = startProgram([`${site.origin}/`, '--no-ui', '--out', 'rows.jsonl'], folder);
    program.child.stdout?.destroy();
    program.child.stderr?.destroy();
    assert.is(await program.ended(), 0);
    assert.is(await countRows(folder), 300);
  } finally {
    await site.close();
  }
});

test('ends cleanly when its terminal is closed, with 129', async ({ folder }) => {
  const site = await openSite(chainOfPages(200));
  try {
    const program = startProgram(
      [`${site.origin}/`, '--no-ui', '--delay', '20', '--out', 'rows.jsonl'],
      folder,
    );
    await until('a request for /p3', () => (site.requests.get('/p3') ?? 0) > 0);
    program.child.kill('SIGHUP');
    assert.is(await program.ended(), 129);
    assert.match(program.stdout(), `crawled ${await countRows(folder)} pages, `);
  } finally {
    await site.close();
  }
});

test('refuses one file for both the rows and the frontier', async ({ folder }) => {
  const program = startProgram(
    ['http://127.0.0.1:9/', '--no-ui', '--out', 'crawl', '--frontier', './crawl'],
    folder,
  );
  assert.is(await program.ended(), 2);
  assert.is(program.stderr(), 'oxbow: --out and --frontier name the same file: name two\n');
});

test('a site that answers nothing ends with 1 and a summary', async ({ folder }) => {
  const site = await openSite({});
  await site.close();
  const program = startProgram([`${site.origin}/`, '--no-ui', '--out', 'rows.jsonl'], folder);
  assert.is(await program.ended(), 1);
  assert.match(program.stdout(), /crawled 0 pages, 0 links, 1 failed, 0 bytes/);
});

test('--help names the options and ends with 0', async ({ folder }) => {
  const program = startProgram(['--help'], folder);
  assert.is(await program.ended(), 0);
  assert.match(program.stdout(), '--max-pages N');
});

test.run();
