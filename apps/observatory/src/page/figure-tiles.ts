/** The figures of the crawl, each in its tile. */
import { formatBytes, formatMs } from '@oxbow/shell/page';
import type { CrawlFigures } from '../feed-message.ts';
import { byId, showText } from './elements.ts';

/** Puts every figure where `index.html` has a place for it. */
export function showTiles(figures: CrawlFigures): void {
  const { pages, pagesPerSecond, links, queued, inFlight, failed, retries, bytes, elapsedMs } = figures;
  const texts: Readonly<Record<string, string>> = {
    pages: pages.toLocaleString(),
    rate: pagesPerSecond.toFixed(1),
    links: links.toLocaleString(),
    queued: queued.toLocaleString(),
    'in-flight': inFlight.toLocaleString(),
    failed: failed.toLocaleString(),
    retries: retries.toLocaleString(),
    bytes: formatBytes(bytes),
    elapsed: wholeSeconds(elapsedMs),
    left: leftInWords(figures),
    'lag-note': `worst ${formatMs(Math.round(figures.loopLagMs))}, ${figures.viewers} viewer${figures.viewers === 1 ? '' : 's'}`,
    'latency-note': latencyInWords(figures.latency),
  };
  for (const [id, text] of Object.entries(texts)) showText(byId(id), text);
}

/** How long the rest will take, as far as it can be told. */
export function leftInWords({ state, leftMs }: Pick<CrawlFigures, 'state' | 'leftMs'>): string {
  if (state === 'finished' || state === 'stopped') return 'none';
  if (leftMs === null) return '–';
  return leftMs < 1000 ? '< 1 s' : `~ ${wholeSeconds(leftMs)}`;
}

function wholeSeconds(ms: number): string {
  return formatMs(ms < 1000 ? Math.round(ms) : Math.round(ms / 1000) * 1000);
}

function latencyInWords(latency: CrawlFigures['latency']): string {
  if (latency === null) return '';
  const { p50Ms, p90Ms, p99Ms } = latency;
  return `half within ${formatMs(p50Ms)}, 90 % ${formatMs(p90Ms)}, 99 % ${formatMs(p99Ms)}`;
}
