/**
 * Kills crawls at random moments, again and again, and counts what is lost or twice in their output. Run: pnpm soak [kills] [seed]
 * (default 1,000 kills, some fifteen minutes). Ends with code 1 when anything was.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { PageRow } from '../../src/index.ts';
import { linksTo, type Route, serveSite } from '../integration/site.ts';

/** Reads the URLs of each kind of output; the crawls take them in turn. */
const URLS_OF: Readonly<Record<string, (path: string) => Promise<string[]>>> = {
  'pages.jsonl': async (path) =>
    (await readFile(path, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as PageRow).url),
  'pages.csv': async (path) =>
    (await readFile(path, 'utf8'))
      .split('\r\n')
      .slice(1, -1)
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
const OUTPUTS = Object.keys(URLS_OF);
/** The engines, in turn too: by three, so that each meets every output. */
const FRONTIERS = ['frontier.db', 'frontier.log', 'other.log'];

const KILLS = Number(process.argv[2] ?? 1000);
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000);
const PAGES = 400;
const PROGRAM = fileURLToPath(new URL('../integration/killed-crawl.ts', import.meta.url));

/** Mulberry32: small, and the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomOf(SEED);
let onRequest = (): void => {};
const table: Record<string, Route> = {};
for (let page = 0; page < PAGES; page++) {
  const links = [2 * page + 1, 2 * page + 2].filter((path) => path < PAGES).map((path) => `/${path}`);
  table[`/${page}`] = (_request, response) => {
    onRequest();
    response.setHeader('content-type', 'text/html').end(`<title>${page}</title>${linksTo(...links)}`);
  };
}
const site = await serveSite(table);

/** Runs the crawl; kills it after so many requests and milliseconds. */
async function runAndKill(args: readonly string[], afterRequests: number, thenMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let seen = 0;
  onRequest = () => {
    if (++seen === afterRequests) setTimeout(() => child.kill('SIGKILL'), thenMs);
  };
  return (
    (await new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)))) === 'SIGKILL'
  );
}

let kills = 0;
let crawls = 0;
let lost = 0;
let twice = 0;
while (kills < KILLS) {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-soak-'));
  const name = OUTPUTS[crawls % OUTPUTS.length]!;
  const output = join(folder, name);
  const args = [`${site.origin}/0`, join(folder, FRONTIERS[crawls % FRONTIERS.length]!), output];
  while (await runAndKill(args, 1 + Math.floor(random() * 60), random() * 30)) kills++;
  const lines = await URLS_OF[name]!(output);
  const urls = new Set(lines);
  lost += PAGES - urls.size;
  twice += lines.length - urls.size;
  crawls++;
  await rm(folder, { recursive: true, force: true });
  console.log(`${kills} kills in ${crawls} crawls: ${lost} rows lost, ${twice} rows twice`);
}
await site.close();
console.log(
  `${cpus()[0]?.model}, Node ${process.version}, seed ${SEED}: ${kills} kills, ${lost} lost, ${twice} twice`,
);
process.exitCode = lost + twice === 0 ? 0 : 1;
