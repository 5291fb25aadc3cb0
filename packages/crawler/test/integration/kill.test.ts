/** A crawl that is killed again and again, without a word, and still writes every page once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import type { PageRow } from '../../src/index.ts';
import { answer, linksTo, type Route, serveSite } from './site.ts';

const PAGES = 200;
const KILLS = 3;

/** A tree of pages with links up, down and to nowhere, and a few redirects. */
function routes(): Record<string, Route> {
  const table: Record<string, Route> = { '/': linksTo('/0') };
  for (let page = 0; page < PAGES; page++) {
    const links = [`/${2 * page + 1}`, `/${2 * page + 2}`, '/', `/old/${page}`].filter(
      (path) => Number(path.slice(1)) < PAGES || path.includes('old'),
    );
    table[`/${page}`] = `<title>${page}</title>${linksTo(...links)}`;
    if (page % 10 === 0) table[`/old/${page}`] = answer(302, { location: `/${page}` });
  }
  return table;
}

function start(args: readonly string[]): {
  child: ChildProcess;
  ended: Promise<{ signal: string | null; output: string }>;
} {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./killed-crawl.ts', import.meta.url)), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout!.on('data', (data) => {
    output += data;
  });
  return {
    child,
    ended: new Promise((resolve) => child.on('close', (_code, signal) => resolve({ signal, output }))),
  };
}

const test = suite('kill -9');
test('loses no page and writes none twice, however often it strikes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-kill-'));
  let asked = 0;
  let killAt = Number.POSITIVE_INFINITY;
  let kill = (): void => {};
  const table = routes();
  const counted: Record<string, Route> = new Proxy(table, {
    get: (known, path: string) => {
      if (++asked >= killAt) kill();
      return known[path];
    },
  });
  const site = await serveSite(counted);
  try {
    const output = join(folder, 'pages.jsonl');
    const args = [`${site.origin}/`, join(folder, 'frontier.db'), output];
    let killed = 0;
    for (let round = 1; round <= KILLS; round++) {
      // Strikes in the middle of requests, at another place each time.
      killAt = asked + 30 + 13 * round;
      const { child, ended } = start(args);
      kill = () => void child.kill('SIGKILL');
      if ((await ended).signal === 'SIGKILL') killed++;
    }
    assert.is(killed, KILLS);
    killAt = Number.POSITIVE_INFINITY;
    const last = await start(args).ended;
    const lines = (await readFile(output, 'utf8')).split('\n').slice(0, -1);
    const rows = lines.map((line) => JSON.parse(line) as PageRow);
    const urls = rows.map((row) => row.url.slice(site.origin.length));
    const expected = [
      '/',
      ...Array.from({ length: PAGES }, (_, page) => [`/${page}`, `/old/${page}`]).flat(),
    ];
    assert.equal(urls.sort(), expected.sort());
    const links = rows.filter((row) => row.status === 200).reduce((sum, row) => sum + row.links.length, 0);
    assert.equal(JSON.parse(last.output), {
      pages: PAGES + 1,
      links,
      failed: PAGES - PAGES / 10,
      redirects: PAGES / 10,
    });
  } finally {
    await site.close();
    await rm(folder, { recursive: true, force: true });
  }
});
test.run();
