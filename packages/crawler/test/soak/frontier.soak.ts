/**
 * Fills the log engine with millions of URLs and says what they cost: memory, the time of a claim while they grow, and of opening the
 * log again after a kill. Run: node test/soak/frontier.soak.ts [urls] [hosts] (default ten million of 50,000 hosts, some four minutes,
 * 1.2 GB of disk). Ends with code 1 when a bound is not held.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLogFrontier } from '../../src/index.ts';

const [urlsGiven = '10000000', hostsGiven = '50000', path = '', verb = ''] = process.argv.slice(2);
const URLS = Number(urlsGiven);
const HOSTS = Number(hostsGiven);
const BATCH = 1000;
const MAX_RSS_MIB = 350;
const MAX_RESUME_MS = 2000;
/** Node lets garbage grow with the machine's memory: what is measured is the frontier. */
const HEAP = ['--max-old-space-size=96', '--max-semi-space-size=8'];

const rssMib = (): number => process.memoryUsage.rss() / 2 ** 20;
/** As the kernel counts it: the most there ever was. */
const peakMib = (): number => process.resourceUsage().maxRSS / 2 ** 10;
const urlOf = (index: number): string =>
  `https://host-${index % HOSTS}.example/section/of/the/site/page-number-${index}.html`;

/** Offers every URL; claims and settles a tenth of them meanwhile. Ends without closing, as a kill does. */
async function fill(): Promise<void> {
  const frontier = await openLogFrontier(path, { maxUrlsPerHost: 1e9 });
  const claimMs: number[] = [];
  const started = performance.now();
  for (let at = 0; at < URLS; at += BATCH) {
    await frontier.offer(Array.from({ length: BATCH }, (_, index) => ({ url: urlOf(at + index), depth: 1 })));
    const asked = performance.now();
    const { items } = await frontier.claim({ workerId: 'soak', count: BATCH / 10, leaseMs: 3_600_000 });
    claimMs.push(performance.now() - asked);
    await frontier.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' as const })) });
  }
  const seconds = (performance.now() - started) / 1000;
  const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!;
  const tenth = Math.floor(claimMs.length / 10);
  const { known, queued } = await frontier.statistics();
  const result = {
    known,
    queued,
    offersPerSecond: Math.round(URLS / seconds),
    firstClaimsMs: median(claimMs.slice(0, tenth)),
    lastClaimsMs: median(claimMs.slice(-tenth)),
    rssMib: Math.round(rssMib()),
    peakMib: Math.round(peakMib()),
  };
  console.log(JSON.stringify(result));
  process.kill(process.pid, 'SIGKILL');
}

/** Opens the log that a kill left. */
async function resume(): Promise<void> {
  const started = performance.now();
  const frontier = await openLogFrontier(path, { maxUrlsPerHost: 1e9 });
  const { items } = await frontier.claim({ workerId: 'soak', count: 100, leaseMs: 60_000 });
  const resumeMs = Math.round(performance.now() - started);
  const { known, queued, done } = await frontier.statistics();
  console.log(
    JSON.stringify({
      known,
      waiting: queued + items.length,
      done,
      resumeMs,
      rssMib: Math.round(rssMib()),
      peakMib: Math.round(peakMib()),
    }),
  );
  await frontier.close();
}

/** Runs one of the two in a process of its own; gives what it says. */
function inProcess(urls: number, file: string, what: string): Record<string, number> {
  const args = [...HEAP, fileURLToPath(import.meta.url), String(urls), String(HOSTS), file, what];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, number>;
}

if (verb === 'fill') await fill();
else if (verb === 'resume') await resume();
else {
  console.log(`${cpus()[0]?.model}, Node ${process.version}, ${HOSTS} hosts`);
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-soak-'));
  const failures: string[] = [];
  try {
    for (const urls of [...new Set([Math.min(1_000_000, URLS), URLS])]) {
      const file = join(folder, `${urls}.log`);
      const filled = inProcess(urls, file, 'fill');
      const resumed = inProcess(urls, file, 'resume');
      console.log(`${urls} URLs, ${Math.round(statSync(file).size / 2 ** 20)} MiB:`, { filled, resumed });
      if (filled.peakMib! > MAX_RSS_MIB || resumed.peakMib! > MAX_RSS_MIB)
        failures.push(`${urls} URLs take more than ${MAX_RSS_MIB} MiB`);
      if (urls <= 1_000_000 && resumed.resumeMs! > MAX_RESUME_MS)
        failures.push(`${urls} URLs are not back within ${MAX_RESUME_MS} ms`);
      if (resumed.known !== urls || resumed.waiting !== filled.queued)
        failures.push(`${urls} URLs: some are lost`);
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const failure of failures) console.error(failure);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
