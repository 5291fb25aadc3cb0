/** How many URLs a frontier takes and gives in a second. Run: node bench/frontier.bench.ts [urls] */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Frontier, MemoryFrontier, openLogFrontier, openSqliteFrontier } from '../src/index.ts';

const URLS = Number(process.argv[2] ?? 200_000);
const HOSTS = 1000;
const BATCH = 1000;

async function measure(name: string, frontier: Frontier): Promise<void> {
  const urls = Array.from(
    { length: URLS },
    (_, index) => `https://host-${index % HOSTS}.example/section/page-number-${index}.html`,
  );
  let started = performance.now();
  const rate = (count: number): string => `${((count / (performance.now() - started)) * 1000).toFixed(0)}/s`;
  for (let at = 0; at < URLS; at += BATCH) await frontier.offer(urls.slice(at, at + BATCH));
  const offered = rate(URLS);
  started = performance.now();
  for (let at = 0; at < URLS; at += BATCH) await frontier.offer(urls.slice(at, at + BATCH));
  const duplicates = rate(URLS);
  started = performance.now();
  let settled = 0;
  for (;;) {
    const { items, drained } = await frontier.claim({ workerId: 'bench', count: BATCH, leaseMs: 60_000 });
    if (drained) break;
    await frontier.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' })) });
    settled += items.length;
  }
  console.log(`${name}: offer ${offered}, duplicates ${duplicates}, claim and settle ${rate(settled)}`);
  await frontier.close();
}

console.log(
  `${cpus()[0]?.model}, Node ${process.version}, ${URLS} URLs of ${HOSTS} hosts, batches of ${BATCH}, one run`,
);
await measure('memory', new MemoryFrontier());
const folder = mkdtempSync(join(tmpdir(), 'oxbow-bench-'));
try {
  await measure('sqlite', await openSqliteFrontier(join(folder, 'frontier.db')));
  await measure('log', await openLogFrontier(join(folder, 'frontier.log')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
