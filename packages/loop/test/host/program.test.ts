import { assert, suite } from '@oxbow/testkit';
import { environment, onSignal, writeError } from '../../src/host/program.ts';

const test = suite('the program this package runs in');

test('reads the environment at the time of the question', () => {
  process.env.OXBOW_TEST_VARIABLE = 'set';
  assert.is(environment('OXBOW_TEST_VARIABLE'), 'set');
  delete process.env.OXBOW_TEST_VARIABLE;
  assert.is(environment('OXBOW_TEST_VARIABLE'), undefined);
});

test('listens to a signal until it is told not to', () => {
  const before = process.listenerCount('SIGHUP');
  let heard = 0;
  const leave = onSignal('SIGHUP', () => heard++);
  process.emit('SIGHUP', 'SIGHUP');
  leave();
  leave();
  assert.is(heard, 1);
  assert.is(process.listenerCount('SIGHUP'), before);
});

test('a signal the host does not know never comes', () => {
  const leave = onSignal('SIGNOTHING' as NodeJS.Signals, () => {});
  leave();
});

test('writes to standard error', () => {
  const { write } = process.stderr;
  const written: string[] = [];
  process.stderr.write = ((text: string) => written.push(text)) as never;
  try {
    writeError('a line\n');
  } finally {
    process.stderr.write = write;
  }
  assert.equal(written, ['a line\n']);
});

test.run();
