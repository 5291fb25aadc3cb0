import { assert, suite } from '@oxbow/testkit';
import { FrameRun } from '../../src/connection/frame-run.ts';

const [a, b, c] = [Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4, 5, 6)];

const test = suite('runs of frames');

test('a run of one frame is that frame, uncopied', () => {
  assert.is(FrameRun.empty().with(a).joined(), a);
});

test('a run has its frames in order, and their bytes', () => {
  const run = FrameRun.empty().with(a).with(b).with(c);
  assert.is(run.bytes, 6);
  assert.equal([...run.joined()], [1, 2, 3, 4, 5, 6]);
});

test('whoever appends the same frames has the same run, joined once', () => {
  const empty = FrameRun.empty();
  const [one, other] = [empty.with(a).with(b), empty.with(a).with(b)];
  assert.is(one, other);
  assert.is(one.joined(), other.joined());
});

test('one that goes its own way changes nobody’s run', () => {
  const shared = FrameRun.empty().with(a);
  const [own, others] = [shared.with(c), shared.with(b)];
  assert.equal([...own.joined()], [1, 2, 4, 5, 6]);
  assert.equal([...others.joined()], [1, 2, 3]);
  assert.is(shared.with(b), others);
});

test.run();
