/**
 * Renders pages by the thousand and says what is left of them: open pages and contexts, and the memory of the browser's processes. Run:
 * node test/soak/browser.soak.ts [pages] (default 1,000). Ends with code 1 when anything stays open. Linux, with Chromium at
 * `/usr/bin/chromium` or where OXBOW_CHROMIUM says.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { BrowserPool } from '../../src/browser/index.ts';
import { Crawler } from '../../src/index.ts';
import { linksTo, type Route, serveSite } from '../integration/site.ts';

const PAGES = Number(process.argv[2] ?? 1000);
const PAGES_PER_CONTEXT = 50;
const LAUNCH = {
  executablePath: process.env.OXBOW_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
};

/** The processes under this one, with their resident memory in MiB. */
function children(): { count: number; mib: number } {
  const parents = new Map<string, { parent: string; kib: number }>();
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      const field = (name: string): string => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? '0';
      parents.set(id, { parent: field('PPid'), kib: Number(field('VmRSS')) });
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (id: string): boolean => {
    const parent = parents.get(id)?.parent;
    return parent === String(process.pid) || (parent !== undefined && parent !== '0' && isBelow(parent));
  };
  const below = [...parents].filter(([id]) => isBelow(id));
  return { count: below.length, mib: Math.round(below.reduce((sum, [, { kib }]) => sum + kib, 0) / 1024) };
}

const paths = Array.from({ length: PAGES - 1 }, (_, index) => `/${index + 1}`);
const routes: Record<string, Route> = { '/0': linksTo(...paths) };
for (const path of paths)
  routes[path] =
    `<title>${path}</title><script>globalThis.kept = new Array(1e5).fill(document.title)</script>`;
const site = await serveSite(routes);
const pool = new BrowserPool({
  launch: LAUNCH,
  pagesPerContext: PAGES_PER_CONTEXT,
  timeoutMs: 120_000,
});
const crawl = new Crawler({ seeds: `${site.origin}/0`, robots: false });
crawl.use(pool.render('/**'));
let seen = 0;
const samples: string[] = [];
await crawl.forEach(() => {
  if (++seen % Math.ceil(PAGES / 5) !== 0) return;
  const { count, mib } = children();
  samples.push(`${seen}: ${count} processes, ${mib} MiB`);
});
const before = pool.statistics();
await pool.close();
await site.close();
const after = { ...pool.statistics(), processes: children().count };
console.log(`${cpus()[0]?.model}, Node ${process.version}, ${PAGES} pages`, samples, before, after);
const isClean =
  before.rendered === PAGES && before.open === 0 && after.openContexts === 0 && after.processes === 0;
process.exitCode = isClean ? 0 : 1;
