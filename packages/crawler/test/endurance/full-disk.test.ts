/** A disk that is full in the middle of a crawl, made by a limit on the size of files that the shell sets for its child. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { linksTo, type Route, type Site, serveSite } from '../integration/site.ts';

skipUnless(process.platform !== 'win32', 'no shell with ulimit here');

const PAGES = 120;
const PROGRAM = fileURLToPath(new URL('../integration/killed-crawl.ts', import.meta.url));

/** URLs in each kind of output. */
const URLS_OF: Readonly<Record<string, (path: string) => Promise<string[]>>> = {
  'pages.jsonl': async (path) =>
    (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { url: string }).url),
  'pages.csv': async (path) =>
    (await readFile(path, 'utf8'))
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[0]!),
  'pages.db': async (path) => {
    const database = new DatabaseSync(path, { readOnly: true });
    const urls = database.prepare('SELECT url FROM pages').all();
    database.close();
    return urls.map((row) => String(row.url));
  },
  'pages.warc': async (path) =>
    [
      ...(await readFile(path, 'latin1')).matchAll(
        /WARC-Type: response\r\n(?:[^\r]*\r\n)*?WARC-Target-URI: ([^\r]*)/g,
      ),
    ].map((match) => match[1]!),
};

/** Runs the crawl; no file may grow beyond so many KiB. */
function crawl(args: readonly string[], kib?: number): Promise<{ code: number | null; stderr: string }> {
  // The signal that a write beyond the limit would send is ignored: the write fails, as on a disk that is full.
  const limit = kib === undefined ? '' : `trap "" XFSZ; ulimit -f ${kib * 2}; `;
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, PROGRAM, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

const test = suite('a full disk');
let site: Site;
let folder: string;
test.before(async () => {
  const routes: Record<string, Route> = {};
  for (let page = 0; page < PAGES; page++) {
    const links = [2 * page + 1, 2 * page + 2].filter((path) => path < PAGES).map((path) => `/${path}`);
    routes[`/${page}`] = `<title>${'long '.repeat(40)}${page}</title>${linksTo(...links)}`;
  }
  site = await serveSite(routes);
});
test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oxbow-full-'));
});
test.after.each(() => rm(folder, { recursive: true, force: true }));
test.after(() => site.close());

for (const [name, urlsOf] of Object.entries(URLS_OF)) {
  for (const frontier of ['frontier.db', 'frontier.log']) {
    test(`ends a crawl into ${name} with ${frontier} in words, and loses nothing of it`, async () => {
      const output = join(folder, name);
      const args = [`${site.origin}/0`, join(folder, frontier), output];
      const { code, stderr } = await crawl(args, 16);
      assert.is(code, 1);
      assert.match(stderr, /ERR_OXBOW_CRAWLER_(?:SINK|FRONTIER_FILE)/);
      assert.match(stderr, /cannot be (?:written|opened|flushed)|disk I\/O error|database or disk is full/);
      const again = await crawl(args);
      assert.equal([again.code, again.stderr], [0, '']);
      const urls = await urlsOf(output);
      assert.equal([urls.length, new Set(urls).size], [PAGES, PAGES]);
    });
  }
}
test.run();
