import { assert, suite } from '@oxbow/testkit';
import { INBOUND_HIGH_WATER } from '../../src/socket/message.ts';
import { ReadingControl } from '../../src/socket/reading-control.ts';

const test = suite('reading control');

function control(): { reading: ReadingControl; calls: string[] } {
  const calls: string[] = [];
  const reading = new ReadingControl();
  reading.of({ pauseReading: () => calls.push('pause'), resumeReading: () => calls.push('resume') });
  return { reading, calls };
}

test('a few messages are read before anybody wants them, then no more', () => {
  const { reading, calls } = control();
  for (let i = 0; i < INBOUND_HIGH_WATER - 1; i += 1) reading.took(1);
  assert.equal(calls, []);
  reading.took(1);
  assert.equal(calls, ['pause']);
});

test('while somebody wants more, nothing is held back', () => {
  const { reading, calls } = control();
  reading.resume();
  for (let i = 0; i < 10 * INBOUND_HIGH_WATER; i += 1) reading.took(1);
  assert.equal(calls, ['resume']);
});

test('each pause allows a few more', () => {
  const { reading, calls } = control();
  reading.resume();
  reading.pause();
  reading.took(INBOUND_HIGH_WATER);
  assert.equal(calls, ['resume', 'pause']);
});

test('a connection that takes the place of another is held back like it', () => {
  const { reading } = control();
  reading.took(INBOUND_HIGH_WATER);
  const calls: string[] = [];
  reading.of({ pauseReading: () => calls.push('pause'), resumeReading: () => calls.push('resume') });
  assert.equal(calls, ['pause']);
});

test.run();
