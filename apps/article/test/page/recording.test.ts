import { assert, suite } from '@oxbow/testkit';
import { readRecording, wordsAt } from '../../src/page/recording.ts';

const event = (cat: string, name: string, tid: number, ts: number, dur: number, outside?: boolean) => ({
  ph: 'X',
  cat,
  name,
  tid,
  ts,
  dur,
  ...(outside === undefined ? {} : { args: { outside } }),
});
const trace = {
  traceEvents: [
    { ph: 'M', name: 'thread_name', tid: 0, args: { name: 'callbacks' } },
    { ph: 'M', name: 'thread_name', tid: 1, args: { name: 'main' } },
    { ph: 'M', name: 'thread_name', tid: 2, args: { name: 'cook' } },
    event('step', 'main', 1, 0, 10),
    event('ready', 'ready', 2, 5, 15),
    event('wait', 'wait: task cook', 1, 10, 40, false),
    event('step', 'cook', 2, 20, 10),
    event('wait', 'wait: sleep', 2, 30, 10, true),
    event('wait', 'wait: reading a response body', 2, 40, 10, true),
  ],
};

const test = suite('a recording of the loop');

test('has a lane for each task, and for the ready queue, the timers and the sockets', () => {
  const { lanes, tasks, moments } = readRecording(trace);
  assert.equal(lanes, ['main', 'cook', 'ready queue', 'timers', 'sockets']);
  assert.is(tasks, 2);
  assert.equal(moments, [0, 5, 10, 20, 30, 40, 50]);
});

test('knows who waits for whom, and who is in the queue, at a timer and at a socket', () => {
  const { spans } = readRecording(trace);
  assert.is(spans.find(({ name }) => name === 'task cook')?.waitsFor, 1);
  assert.equal(
    spans.filter(({ lane }) => lane >= 2).map(({ lane, name, from, to }) => [lane, name, from, to]),
    [
      [2, 'cook', 5, 20],
      [3, 'cook', 30, 40],
      [4, 'cook', 40, 50],
    ],
  );
});

test('says of every moment what each lane does', () => {
  const recording = readRecording(trace);
  assert.equal(wordsAt(recording, 0), [
    'main runs',
    'cook is not there yet',
    'ready queue: nobody',
    'timers: nobody',
    'sockets: nobody',
  ]);
  assert.equal(wordsAt(recording, 10).slice(0, 3), [
    'main waits for task cook',
    'cook is ready, and waits for its turn',
    'ready queue: cook',
  ]);
  assert.equal(wordsAt(recording, 30).slice(1), [
    'cook waits for sleep',
    'ready queue: nobody',
    'timers: cook',
    'sockets: nobody',
  ]);
  assert.equal(wordsAt(recording, 50).slice(0, 2), ['main has ended', 'cook has ended']);
});

test.run();
