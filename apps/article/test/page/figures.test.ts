import { assert, suite } from '@oxbow/testkit';
import { figureOf } from '../../src/page/figures.ts';

const test = suite('figures of output');

test('throughput: what was measured, what the formula says, and where they meet', () => {
  const figure = figureOf(
    'throughput',
    'N = 10: in turn 210 ms, together 25 ms\nN = 100: in turn 2100 ms, together 30 ms\nN = 1000: in turn 20000 ms by the formula, together 200 ms\n',
  );
  assert.ok(figure?.kind === 'lines');
  assert.equal(figure.xs, [10, 100, 1000]);
  assert.equal(
    figure.lines.map(({ ys }) => ys),
    [
      [210, 2100, null],
      [null, 2100, 20_000],
      [25, 30, 200],
    ],
  );
  assert.equal(
    figure.lines.map(({ dashed = false }) => dashed),
    [false, true, false],
  );
});

test('backpressure: both readers over the same time', () => {
  const figure = figureOf(
    'backpressure',
    'Stream: read 0.5 MiB, received 4.0 MiB: words\nStream: read 1.1 MiB, received 4.1 MiB: words\nRxJS:   read 0.4 MiB, received 35.6 MiB: words\n',
  );
  assert.ok(figure?.kind === 'lines');
  assert.equal(figure.xs, [0.2, 0.4]);
  assert.equal(
    figure.lines.map(({ ys }) => ys),
    [
      [4, 4.1],
      [35.6, null],
    ],
  );
});

test('bars: one for each line that has come', () => {
  const figure = figureOf(
    'blocking',
    'on the loop:  a tick came 360 ms late\nin a thread:  a tick came 4 ms late\n',
  );
  assert.ok(figure?.kind === 'bars');
  assert.equal(figure.rows, [
    { name: 'on the loop', value: 360, colour: '--clay' },
    { name: 'in a thread', value: 4, colour: '--river' },
  ]);
  assert.is(figureOf('models', 'waiting   in turn:      422 ms\n')?.kind, 'bars');
  assert.is(figureOf('fast-loop', 'generators:      200 ns an item\n')?.kind, 'bars');
  assert.is(figureOf('web-server', '1000 × /waiting: 256 ms\n')?.kind, 'bars');
});

test('nothing where nothing has come, and for programs without a figure', () => {
  assert.is(figureOf('throughput', ''), undefined);
  assert.is(figureOf('hello', 'done\n'), undefined);
});

test.run();
