import { assert, suite } from '@oxbow/testkit';
import { type ProgressFigures, ProgressLine, progressText, REDRAW_MS } from '../../src/command/progress.ts';

const FIGURES: ProgressFigures = {
  pages: 50,
  queued: 50,
  failed: 0,
  bytes: 2048,
  pagesPerSecond: 12.34,
  maxPages: undefined,
  lastUrl: 'http://example.org/a',
};

function target(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 200, written, write: (text: string) => written.push(text) };
}

const test = suite('progress');

test('fills the bar by what is known', () => {
  assert.match(
    progressText(FIGURES),
    /^\[█{12}░{12}\] 50 pages, 50 queued, 0 failed, 2\.0 KiB, 12\.3 pages\/s {2}http:\/\/example\.org\/a$/,
  );
});

test('measures against the page limit when that is nearer', () => {
  assert.match(progressText({ ...FIGURES, maxPages: 50 }), /^\[█{24}\]/);
});

test('is cut to the width of the terminal', () => {
  assert.is(progressText(FIGURES, 40).length, 40);
});

test('lets no control character of a crawled URL reach the terminal', () => {
  assert.not.ok(progressText({ ...FIGURES, lastUrl: 'http://x/\u001b[2J\n' }).includes('\u001b'));
});

test('redraws one line on a terminal and gives it back clean', () => {
  const terminal = target(true);
  const line = new ProgressLine(terminal);
  line.draw(FIGURES);
  line.end();
  line.end();
  assert.is(line.intervalMs, REDRAW_MS.terminal);
  assert.is(terminal.written.length, 2);
  assert.ok(terminal.written[0]?.startsWith('\r\u001b[2K['));
  assert.is(terminal.written[1], '\r\u001b[2K');
});

test('puts a sentence that stays above the bar', () => {
  const terminal = target(true);
  const line = new ProgressLine(terminal);
  line.draw(FIGURES);
  line.note('http://x/\u001b: went wrong');
  assert.equal(terminal.written.slice(1), ['\r\u001b[2K', 'oxbow: http://x/?: went wrong\n']);
});

test('writes plain lines anywhere else', () => {
  const log = target(false);
  const line = new ProgressLine(log);
  line.draw(FIGURES);
  line.end();
  assert.is(line.intervalMs, REDRAW_MS.plain);
  assert.equal(log.written, ['50 pages, 50 queued, 0 failed, 2.0 KiB, 12.3 pages/s\n']);
});

test.run();
