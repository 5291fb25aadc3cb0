// covers: src/command/shared-verbs.ts, src/command/crawl-verb.ts
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { readCommandLine } from '../../src/command/command-line.ts';
import { prepareCrawl } from '../../src/command/crawl-verb.ts';
import { frontierAt, isFrontierUrl } from '../../src/command/frontier-table.ts';
import { controlVerb, statusVerb } from '../../src/command/shared-verbs.ts';
import { MemoryFrontier } from '../../src/index.ts';

const test = suite('frontiers by URL');
const URL_OF_CRAWL = 'redis://db?crawl=docs';

/** A user's project with a package that keeps one frontier, in memory. */
async function withKeeper(body: (folder: string, frontier: MemoryFrontier) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-keeper-'));
  const keeper = join(folder, 'node_modules/@oxbow/redis');
  await mkdir(keeper, { recursive: true });
  const manifest = { name: '@oxbow/redis', type: 'module', exports: { './frontier': './frontier.js' } };
  await writeFile(join(keeper, 'package.json'), JSON.stringify(manifest));
  await writeFile(
    join(keeper, 'frontier.js'),
    'export const frontierAt = (url) => ({ name: url, open: async () => globalThis.keptFrontier });',
  );
  const frontier = new MemoryFrontier();
  // Opened and closed by every verb, as a connection is.
  const kept = new Proxy(frontier, {
    get: (target, name) => {
      if (name === 'close') return async () => {};
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  Object.assign(globalThis, { keptFrontier: kept });
  try {
    await body(folder, frontier);
  } finally {
    Reflect.deleteProperty(globalThis, 'keptFrontier');
    await rm(folder, { recursive: true });
  }
}

function surroundingsIn(folder: string) {
  let said = '';
  const stdout = {
    write: (text: string) => {
      said += text;
      return true;
    },
  };
  return { surroundings: { stdout, stderr: stdout, folder }, said: () => said };
}

test('are told from files', () => {
  assert.equal(
    ['redis://h', 'rediss+cluster://h', 'crawl.db', './redis', 'C:\\crawl.db', 'c:/x'].map(isFrontierUrl),
    [true, true, false, false, false, false],
  );
});

test('are opened by the package of their scheme, which the project has', () =>
  withKeeper(async (folder) => {
    const opener = await frontierAt(URL_OF_CRAWL, folder);
    assert.is(opener.name, URL_OF_CRAWL);
  }));

test('are refused with what to install, or with the schemes there are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-bare-'));
  const messageOf = (url: string) => frontierAt(url, folder).then(String, (error: Error) => error.message);
  assert.match(await messageOf(URL_OF_CRAWL), 'npm install @oxbow/redis ioredis');
  assert.match(await messageOf('constructor://h'), 'redis, rediss, valkey');
  await rm(folder, { recursive: true });
});

test('are steered and looked at', () =>
  withKeeper(async (folder, frontier) => {
    await frontier.offer(['http://a/', 'http://b/']);
    const { surroundings, said } = surroundingsIn(folder);
    await controlVerb(URL_OF_CRAWL, 'paused', surroundings);
    assert.is((await frontier.statistics()).state, 'paused');
    assert.match(said(), 'all workers pause');
    assert.match(said(), '2 URLs wait, 0 are out');
    await statusVerb(URL_OF_CRAWL, surroundings);
    assert.match(said(), 'state: paused\nseeds: none\nURLs: 2 known, 2 wait');
    assert.match(said(), 'workers: 0');
  }));

test('are begun with URLs, and joined when there is something to join', () =>
  withKeeper(async (folder) => {
    const prepared = (...words: readonly string[]) => {
      const line = readCommandLine([...words, '--frontier', URL_OF_CRAWL]);
      if (line.kind !== 'crawl') throw new Error(JSON.stringify(line));
      return prepareCrawl(line.request, line.request.urls, folder);
    };
    const begun = await prepared('http://a/');
    assert.equal('seeds' in begun && begun.seeds, ['http://a/']);
    const joined = await prepared('worker');
    assert.match('refusal' in joined ? joined.refusal : '', 'there is no crawl at redis://db?crawl=docs yet');
  }));

test.run();
