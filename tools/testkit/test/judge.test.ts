import { assert, suite } from '@oxbow/testkit';
import { type Ending, EXIT_HANDLES_LEFT, judge } from '../src/judge.ts';
import { applyEvent, emptyLedger, type Ledger, type LedgerEvent } from '../src/ledger.ts';

const test = suite('judge');

const well: Ending = { exitCode: 0, exitSignal: null };
const passing: readonly LedgerEvent[] = [
  { kind: 'declared', id: 0, suite: 's', title: 't', as: 'test' },
  { kind: 'queued', ids: [0] },
  { kind: 'started', id: 0 },
  { kind: 'ended', id: 0, outcome: 'passed', ms: 1 },
  { kind: 'finished' },
];

function ledgerOf(events: readonly LedgerEvent[]): Ledger {
  const ledger = emptyLedger();
  for (const event of events) applyEvent(ledger, event);
  return ledger;
}
const titles = (events: readonly LedgerEvent[], ending: Ending): readonly string[] =>
  judge(ledgerOf(events), ending).map(({ title }) => title);

test('finds nothing wrong with a file that passed', () => {
  assert.equal(titles(passing, well), []);
});

test('finds nothing wrong with a file that was skipped with a reason', () => {
  assert.equal(titles([{ kind: 'file skipped', reason: 'no network' }, { kind: 'finished' }], well), []);
});

test('tells a hung file from one that died', () => {
  const started = passing.slice(0, 3);
  assert.equal(titles(started, { exitCode: null, exitSignal: 'SIGKILL', killedAfterMs: 60_000 }), ['<hung>']);
  assert.equal(titles(started, { exitCode: null, exitSignal: 'SIGKILL' }), ['<died>']);
});

test('does not blame the exit code on top of a failed test', () => {
  const failing: LedgerEvent[] = [...passing];
  failing[3] = { kind: 'ended', id: 0, outcome: 'failed', ms: 1, message: 'wrong' };
  assert.equal(titles(failing, { exitCode: 1, exitSignal: null }), ['t']);
});

test('does not take an exit code of the tests own for open handles', () => {
  assert.equal(titles(passing, { exitCode: EXIT_HANDLES_LEFT, exitSignal: null }), ['<exit code>']);
  assert.equal(
    titles([...passing, { kind: 'handles left', names: ['Timeout'] }], {
      exitCode: EXIT_HANDLES_LEFT,
      exitSignal: null,
    }),
    ['<handles left>'],
  );
});

test('says nothing of open handles when a test ran into its deadline or a hook failed', () => {
  const ending = { exitCode: EXIT_HANDLES_LEFT, exitSignal: null };
  const left: LedgerEvent = { kind: 'handles left', names: ['Timeout'] };
  const late: LedgerEvent = {
    kind: 'ended',
    id: 0,
    outcome: 'failed',
    ms: 9,
    message: 'timed out',
    late: true,
  };
  assert.equal(titles([...passing.slice(0, 3), late, { kind: 'finished' }, left], ending), ['t']);
  const failed: LedgerEvent = { kind: 'hook failed', suite: 's', hook: 'after', message: 'no disconnect' };
  assert.equal(titles([...passing, failed, left], ending), ['<after>']);
});

test.run();
