/** The page itself: one connection in, the picture on the screen, three buttons out. */
import '@oxbow/shell/page.css';
import './page.css';
import { msgpack } from '@oxbow/codec/msgpack';
import { formatMs, Plot, showHeader } from '@oxbow/shell/page';
import { connect } from '@oxbow/websocket/browser';
import type { FeedMessage, PageCommand } from '../feed-message.ts';
import { formatBytes } from '../format.ts';
import { CrawlPicture } from './crawl-picture.ts';
import { showFailures, showHosts, showPages, showStatuses, sizeNote, timeNote } from './lists.ts';
import { type StateWords, wordsOf } from './state-words.ts';
import { TreeView } from './tree-view.ts';

const codec = msgpack<FeedMessage | PageCommand>();
const picture = new CrawlPicture();
const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const pauseButton = byId('pause') as HTMLButtonElement;
const stopButton = byId('stop') as HTMLButtonElement;

const tree = new TreeView(byId('tree') as HTMLCanvasElement, byId('tree-note'), byId('tree-reading'));
const pagesPlot = new Plot(byId('plot-pages'), {
  label: 'Pages per second over time',
  lines: [{ name: 'pages/s', colour: '--river' }],
  y: (value) => value.toLocaleString(),
});
const bytesPlot = new Plot(byId('plot-bytes'), {
  label: 'Bytes per second over time',
  lines: [{ name: 'bytes/s', colour: '--dusk' }],
  y: (value) => formatBytes(value),
  bytes: true,
});
const lagPlot = new Plot(byId('plot-lag'), {
  label: 'Lag of the event loop over time',
  lines: [{ name: 'lag', colour: '--sand' }],
  y: (value) => `${value} ms`,
});

showHeader('observatory');
// What scrolls can be scrolled by the keyboard.
for (const id of ['recent', 'slowest', 'failures']) byId(id).tabIndex = 0;

function show(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function showState({ words, kind, state }: StateWords): void {
  byId('state').dataset.state = state;
  byId('state').className = `badge ${kind}`;
  show('state', words);
}

function hostsOf(urls: readonly string[]): number {
  return new Set(urls.map((url) => URL.parse(url)?.host)).size;
}

function draw(): void {
  const { figures, series } = picture;
  if (figures === undefined) return;
  const running = figures.state === 'crawling' || figures.state === 'paused';
  showState(wordsOf(figures));
  document.title = `${figures.pages.toLocaleString()} pages, ${figures.state} · Oxbow observatory`;
  show('seeds', picture.seeds.join('  '));
  show('pages', figures.pages.toLocaleString());
  show('rate', figures.pagesPerSecond.toFixed(1));
  show('links', figures.links.toLocaleString());
  show('queued', figures.queued.toLocaleString());
  show('in-flight', String(figures.inFlight));
  show('failed', figures.failed.toLocaleString());
  show('bytes', formatBytes(figures.bytes));
  show(
    'elapsed',
    figures.elapsedMs < 1000
      ? formatMs(figures.elapsedMs)
      : formatMs(Math.round(figures.elapsedMs / 1000) * 1000),
  );
  show(
    'lag-note',
    `worst ${formatMs(Math.round(figures.loopLagMs))}, ${figures.viewers} viewer${figures.viewers === 1 ? '' : 's'}`,
  );
  pauseButton.disabled = stopButton.disabled = !running;
  pauseButton.textContent = figures.state === 'paused' ? 'Resume' : 'Pause';
  const xs = series.map(([x]) => x);
  pagesPlot.show(xs, [series.map(([, pages]) => pages)]);
  bytesPlot.show(xs, [series.map(([, , bytes]) => bytes)]);
  lagPlot.show(xs, [series.map(([, , , lag]) => lag)]);
  showHosts(byId('hosts'), figures.hosts, figures.otherHosts);
  showStatuses(byId('statuses'), figures.statuses);
  const isOneHost = figures.hosts.length + figures.otherHosts < 2 && hostsOf(picture.seeds) < 2;
  showPages(byId('recent'), picture.recent, sizeNote, isOneHost);
  showPages(byId('slowest'), figures.slowest, timeNote, isOneHost);
  showFailures(byId('failures'), picture.failures);
}

const socket = connect(new URL('/feed', location.href.replace(/^http/, 'ws')), {
  reconnect: { baseMs: 300, maxMs: 5000 },
});

function command(kind: PageCommand['kind']): void {
  void socket.send(codec.encode({ kind })).catch(() => {
    // Not connected: the next snapshot shows what is so.
  });
}

socket.onMessage((message) => {
  if (typeof message === 'string') return;
  const result = picture.take(codec.decode(message) as FeedMessage);
  if (result.kind === 'gap') command('snapshot');
  if (result.kind === 'whole') tree.reset(result.nodes);
  if (result.kind === 'more') tree.add(result.nodes);
  if (result.kind === 'whole' || result.kind === 'more') draw();
});
socket.onStatus((status) => {
  if (status === 'open') return;
  const words = status === 'connecting' && picture.figures === undefined ? 'connecting' : 'reconnecting';
  showState({ words, kind: 'waiting', state: words });
  pauseButton.disabled = stopButton.disabled = true;
});
pauseButton.addEventListener('click', () =>
  command(picture.figures?.state === 'paused' ? 'resume' : 'pause'),
);
stopButton.addEventListener('click', () => command('stop'));

byId('explain').addEventListener('submit', (event) => {
  event.preventDefault();
  void explain((byId('explain-url') as HTMLInputElement).value.trim());
});

async function explain(url: string): Promise<void> {
  try {
    const response = await fetch(`/explain?url=${encodeURIComponent(url)}`);
    show('explanation', ((await response.json()) as readonly string[]).join('; '));
  } catch {
    show('explanation', 'The observatory does not answer.');
  }
}
