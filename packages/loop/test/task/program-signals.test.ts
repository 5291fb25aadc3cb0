import { assert, suite } from '@oxbow/testkit';
import { EXIT_CODES, listenToSignals } from '../../src/task/program-signals.ts';

const test = suite('signals of the program');

const SIGNALS = [...Object.keys(EXIT_CODES), 'SIGQUIT'] as NodeJS.Signals[];
const counts = (): number[] => SIGNALS.map((signal) => process.listenerCount(signal));
const ignore = (): void => {};

test('have one listener each, however many programs there are, until the last has ended', () => {
  const before = counts();
  const one = before.map((count) => count + 1);
  const leave = Array.from({ length: 20 }, () => listenToSignals({ onEnd: ignore, onQuit: ignore }));
  assert.equal(counts(), one);
  for (const each of leave.slice(1)) each();
  assert.equal(counts(), one);
  leave[0]!();
  assert.equal(counts(), before);
});

test('SIGQUIT is listened to only while a program answers it', () => {
  const before = process.listenerCount('SIGQUIT');
  const answers: string[] = [];
  const leaveSilent = listenToSignals({ onEnd: ignore, onQuit: undefined });
  assert.is(process.listenerCount('SIGQUIT'), before);
  const leaveAnswering = listenToSignals({ onEnd: ignore, onQuit: () => answers.push('answered') });
  process.emit('SIGQUIT', 'SIGQUIT');
  leaveAnswering();
  assert.is(process.listenerCount('SIGQUIT'), before);
  leaveSilent();
  assert.equal(answers, ['answered']);
});

test.run();
