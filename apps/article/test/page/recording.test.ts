import { assert, suite } from '@oxbow/testkit';
import { readRecording, wordsAt } from '../../src/page/recording.ts';

const event = (cat: string, name: string, tid: number, ts: number, dur: number) => ({
  ph: 'X',
  cat,
  name,
  tid,
  ts,
  dur,
});
const trace = {
  traceEvents: [
    { ph: 'M', name: 'thread_name', tid: 0, args: { name: 'callbacks' } },
    { ph: 'M', name: 'thread_name', tid: 1, args: { name: 'main' } },
    { ph: 'M', name: 'thread_name', tid: 2, args: { name: 'baker' } },
    event('step', 'main', 1, 0, 10),
    event('wait', 'wait: gather', 1, 10, 30),
    event('step', 'baker', 2, 20, 10),
  ],
};

const test = suite('a recording of the loop');

test('has a lane for each task that did something, and its moments in order', () => {
  const { lanes, spans, moments } = readRecording(trace);
  assert.equal(lanes, ['main', 'baker']);
  assert.equal(moments, [0, 10, 20, 30, 40]);
  assert.equal(spans[1], { lane: 0, kind: 'wait', name: 'gather', from: 10, to: 40 });
});

test('says of every moment what each task does', () => {
  const recording = readRecording(trace);
  assert.equal(wordsAt(recording, 0), ['main runs', 'baker is ready']);
  assert.equal(wordsAt(recording, 20), ['main waits for gather', 'baker runs']);
  assert.equal(wordsAt(recording, 40), ['main is not there', 'baker is not there']);
});

test.run();
