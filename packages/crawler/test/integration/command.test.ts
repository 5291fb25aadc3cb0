// covers: src/command/main.ts, src/command/program.ts
// covers: src/command/run-command.ts
// covers: src/command/crawl-verb.ts
// covers: src/command/crawl-job.ts
// covers: src/command/plain-crawl.ts
// covers: src/command/look-verbs.ts
// covers: src/command/run-verb.ts
// covers: src/command/shell-verb.ts
// covers: src/command/bench-verb.ts
// covers: src/command/stored-crawl.ts
// covers: src/command/output-file.ts
/** The command, in a process of its own, as a person runs it. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { answer, linksTo, type Route, type Site, serveSite } from './site.ts';

const MAIN = fileURLToPath(new URL('../../src/command/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function command(folder: string, args: readonly string[], stdin = ''): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdin.end(stdin);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/': `<title>Home</title><h1>Hi</h1>${linksTo('/a', '/b', '/no')}`,
  '/a': '<title>A</title>',
  '/b': '<title>B</title>',
  '/robots.txt': answer(200, {}, 'User-agent: *\nDisallow: /no'),
};

/** A folder and a site for one test. */
async function withSite(
  body: (run: (...args: string[]) => Promise<Ended>, site: Site, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-command-'));
  const site = await serveSite(ROUTES);
  try {
    await body((...args) => command(folder, args), site, folder);
  } finally {
    await site.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const test = suite('oxbow-crawl');
test('crawls a site into a file, and says what came of it', () =>
  withSite(async (run, { origin }, folder) => {
    const { code, stdout } = await run(`${origin}/`, '--out', 'pages.jsonl');
    assert.is(code, 0);
    assert.match(stdout, /^crawled 3 pages, 3 links, 0 failed, \d+ bytes in [\d.]+ s \([\d.]+ pages\/s\)\n$/);
    assert.is((await readFile(join(folder, 'pages.jsonl'), 'utf8')).trim().split('\n').length, 3);
    const again = await run(`${origin}/`, '--out', 'pages.jsonl');
    assert.is(again.code, 1);
    assert.match(again.stderr, /--append.*--overwrite/);
    assert.is((await run(`${origin}/`, '--out', 'pages.jsonl', '--append')).code, 0);
    assert.is((await readFile(join(folder, 'pages.jsonl'), 'utf8')).trim().split('\n').length, 6);
  }));
test('writes rows to standard output, in any format, and everything else to standard error', () =>
  withSite(async (run, { origin }) => {
    const { stdout, stderr } = await run(`${origin}/`, '--out', '-', '--format', 'csv', '--exclude', '/b');
    const lines = stdout.trim().split('\r\n');
    assert.match(lines[0]!, /^url,status,/);
    assert.is(lines.length, 3);
    assert.match(stderr, /crawled 2 pages/);
  }));
test('sends the headers and the name it was given', () =>
  withSite(async (run) => {
    const seen: Record<string, unknown> = {};
    const site = await serveSite({
      '/': (request, response) => {
        Object.assign(seen, { agent: request.headers['user-agent'], token: request.headers['x-token'] });
        response.end('');
      },
    });
    await run(`${site.origin}/`, '--user-agent', 'me/1', '--header', 'X-Token: t');
    await site.close();
    assert.equal(seen, { agent: 'me/1', token: 't' });
  }));
test('goes on with a kept crawl by its file alone, tries failures again, and tells what is in it', () =>
  withSite(async (run, { origin }, folder) => {
    const first = await run(
      `${origin}/`,
      '--frontier',
      'crawl.db',
      '--out',
      'pages.jsonl',
      '--max-pages',
      '1',
    );
    assert.is(first.code, 0, first.stderr);
    const stats = await run('stats', 'crawl.db');
    assert.match(stats.stdout, `seeds: ${origin}/`);
    assert.match(stats.stdout, 'outputs: pages.jsonl');
    const resumed = await run('resume', 'crawl.db', '--max-pages', '100');
    assert.is(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stdout, 'crawled 3 pages');
    assert.is((await readFile(join(folder, 'pages.jsonl'), 'utf8')).trim().split('\n').length, 3);
    assert.is((await run('retry-failed', 'crawl.db')).code, 0);
    assert.match((await run('explain', `${origin}/a`, '--frontier', 'crawl.db')).stdout, /\/a: done/);
    const exported = await run('export', 'crawl.db');
    const urls = exported.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { url: string; state: string });
    assert.equal(urls.map(({ url, state }) => `${state} ${url.slice(origin.length)}`).sort(), [
      'done /',
      'done /a',
      'done /b',
    ]);
    const other = await run('http://127.0.0.1:9/', '--frontier', 'crawl.db', '--resume');
    assert.is(other.code, 1);
    assert.match(other.stderr, /holds the crawl of/);
    assert.match((await run('resume', 'none.db')).stderr, 'none.db is not there');
  }));
test('looks at one page: what was sent, what was found, and whether a crawl would have it', () =>
  withSite(async (run, { origin }) => {
    const fetched = await run('fetch', `${origin}/`);
    for (const part of [
      `200 ${origin}/`,
      'content-type: text/html',
      'title: Home',
      'links: 3',
      `  ${origin}/a`,
    ])
      assert.ok(fetched.stdout.includes(part), part);
    assert.match((await run('explain', `${origin}/a`)).stdout, 'a crawl would fetch it: it answers 200');
    const forbidden = await run('explain', `${origin}/no`);
    assert.is(forbidden.code, 1);
    assert.match(forbidden.stdout, 'robots.txt says Disallow: /no');
  }));
test('runs the crawl a file exports, and says when it exports none', () =>
  withSite(async (run, { origin }, folder) => {
    const crawler = new URL('../../src/index.ts', import.meta.url).href;
    await writeFile(
      join(folder, 'crawl.ts'),
      `import { Crawler } from '${crawler}';
       const crawl = new Crawler<{ title: string | null }>({ seeds: '${origin}/' });
       crawl.route('/**', (page, { emit }) => emit({ title: page.select('title').text }));
       export default crawl;`,
    );
    const { code, stdout, stderr } = await run('run', 'crawl.ts', '--out', '-');
    assert.is(code, 0, stderr);
    assert.equal(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { title: string }).title)
        .sort(),
      ['A', 'B', 'Home'],
    );
    await writeFile(join(folder, 'none.ts'), 'export const crawl = 1;');
    const none = await run('run', 'none.ts');
    assert.is(none.code, 2);
    assert.match(none.stderr, 'export default new Crawler');
  }));
test('opens a prompt with the page', () =>
  withSite(async (_run, { origin }, folder) => {
    const { stdout } = await command(
      folder,
      ['shell', `${origin}/`],
      "$('h1').text\npage.status\nview()\nfetch('http://127.0.0.1:9/')\n.exit\n",
    );
    assert.match(stdout, "'Hi'");
    assert.match(stdout, '200');
  }));
test('measures itself', () =>
  withSite(async (run) => {
    const { code, stdout } = await run('bench', '--max-pages', '50');
    assert.is(code, 0);
    assert.match(stdout, 'crawled 50 pages');
    assert.match(stdout, 'CPU-s per 1,000 pages');
  }));
test('ends with code 1 when no page answered, and 2 for words it does not know', () =>
  withSite(async (run, { origin }) => {
    assert.is((await run(`${origin}/none`)).code, 1);
    assert.is((await run('http://127.0.0.1:9/')).code, 1);
    assert.equal([(await run('example.org')).code, (await run('--fast')).code], [2, 2]);
    assert.match((await run('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.match((await run()).stdout, 'oxbow-crawl <url…>');
  }));
test.run();
