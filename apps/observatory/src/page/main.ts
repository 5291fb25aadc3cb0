/** The page itself: one connection in, the picture on the screen, a few commands out. */
import '@oxbow/shell/page.css';
import './page.css';
import { msgpack } from '@oxbow/codec/msgpack';
import { formatBytes, Plot, showHeader } from '@oxbow/shell/page';
import { connect } from '@oxbow/websocket/browser';
import type { FeedMessage, PageCommand } from '../feed-message.ts';
import { CrawlPicture } from './crawl-picture.ts';
import { DetailView } from './detail-view.ts';
import { byId, showText } from './elements.ts';
import { showFailures, showNotices } from './failure-list.ts';
import { showTiles } from './figure-tiles.ts';
import { showInside } from './inside-view.ts';
import { showHosts, showPages, showSkipped, showStatuses, timeNote } from './lists.ts';
import { PageSearch } from './page-search.ts';
import { SettingsView } from './settings-view.ts';
import { type StateWords, wordsOf } from './state-words.ts';
import { TreeView } from './tree-view.ts';

const codec = msgpack<FeedMessage | PageCommand>();
const picture = new CrawlPicture();
const pauseButton = byId<HTMLButtonElement>('pause');
const stopButton = byId<HTMLButtonElement>('stop');

const tree: TreeView = new TreeView(
  {
    canvas: byId<HTMLCanvasElement>('tree'),
    frame: byId('tree-walk'),
    note: byId('tree-note'),
    reading: byId('tree-reading'),
    awayButtons: [byId<HTMLButtonElement>('zoom-out'), byId<HTMLButtonElement>('zoom-whole')],
  },
  (url) => detail.open(url),
);
const detail = new DetailView(byId<HTMLDialogElement>('detail'), ({ url, links }) => tree.choose(url, links));
const search = new PageSearch();
const settings = new SettingsView(send);
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
// What scrolls, and the tree, can be reached by the keyboard.
for (const id of ['recent', 'slowest', 'tasks', 'tree-walk']) byId(id).tabIndex = 0;

function showState({ words, kind, state }: StateWords): void {
  byId('state').dataset.state = state;
  byId('state').className = `badge ${kind}`;
  showText(byId('state'), words);
}

function hostsOf(urls: readonly string[]): number {
  return new Set(urls.map((url) => URL.parse(url)?.host)).size;
}

function draw(): void {
  const { figures, plotted: series } = picture;
  if (figures === undefined) return;
  const isUnderWay = figures.state === 'crawling' || figures.state === 'paused';
  showState(wordsOf(figures));
  document.title = `${figures.pages.toLocaleString()} pages, ${figures.state} · Oxbow observatory`;
  const subject = picture.settings?.subject;
  showText(byId('seeds'), `${subject == null ? '' : `${subject} at `}${picture.seeds.join('  ')}`);
  showTiles(figures);
  pauseButton.disabled = stopButton.disabled = !isUnderWay;
  showText(pauseButton, figures.state === 'paused' ? 'Resume' : 'Pause');
  const xs = series.map(([x]) => x);
  pagesPlot.show(xs, [series.map(([, pages]) => pages)]);
  bytesPlot.show(xs, [series.map(([, , bytes]) => bytes)]);
  lagPlot.show(xs, [series.map(([, , , lag]) => lag)]);
  showHosts(byId('hosts'), figures.hosts, figures.otherHosts);
  showStatuses(byId('statuses'), figures.statuses);
  settings.show(figures);
  const isOneHost = figures.hosts.length + figures.otherHosts < 2 && hostsOf(picture.seeds) < 2;
  search.show(picture.recent, figures.pages + figures.failed + figures.redirects, isOneHost);
  showPages(byId('slowest'), figures.slowest, { note: timeNote, isOneHost, ifNone: 'nothing yet' });
  showFailures(byId('failures'), picture.failures, isUnderWay, {
    showAll: (group) => search.showFailure(group),
    retry: (failure) => send({ kind: 'retry', failure }),
  });
  showNotices(byId('notices'), picture.notices);
  showSkipped(byId('skipped'), figures.skipped);
}

const socket = connect(new URL('/feed', location.href.replace(/^http/, 'ws')), {
  reconnect: { baseMs: 300, maxMs: 5000 },
});

function send(command: PageCommand): void {
  void socket.send(codec.encode(command)).catch(() => {
    // Not connected: the next snapshot shows what is so.
  });
}

function take(message: FeedMessage): void {
  if (message.kind === 'inside') {
    showInside(message);
    return;
  }
  const result = picture.take(message);
  if (result.kind === 'gap') send({ kind: 'snapshot' });
  if (result.kind === 'whole') tree.reset(result.nodes);
  if (result.kind === 'more') tree.add(result.nodes);
  if (message.kind === 'snapshot') settings.list(message.settings);
  if (result.kind === 'whole' || result.kind === 'more') draw();
}

socket.onMessage((message) => {
  if (typeof message !== 'string') take(codec.decode(message) as FeedMessage);
});
socket.onStatus((status) => {
  if (status === 'open') return;
  const words = status === 'connecting' && picture.figures === undefined ? 'connecting' : 'reconnecting';
  showState({ words, kind: 'waiting', state: words });
  settings.allow(false);
  pauseButton.disabled = stopButton.disabled = true;
});
pauseButton.addEventListener('click', () =>
  send({ kind: picture.figures?.state === 'paused' ? 'resume' : 'pause' }),
);
stopButton.addEventListener('click', () => send({ kind: 'stop' }));
byId('zoom-in').addEventListener('click', () => tree.zoom('in'));
byId('zoom-out').addEventListener('click', () => tree.zoom('out'));
byId('zoom-whole').addEventListener('click', () => tree.showWhole());

byId('explain').addEventListener('submit', (event) => {
  event.preventDefault();
  void explain(byId<HTMLInputElement>('explain-url').value.trim());
});

async function explain(url: string): Promise<void> {
  try {
    const response = await fetch(`/explain?url=${encodeURIComponent(url)}`);
    showText(byId('explanation'), ((await response.json()) as readonly string[]).join('; '));
  } catch {
    showText(byId('explanation'), 'The observatory does not answer.');
  }
}
