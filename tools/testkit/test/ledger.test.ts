import { assert, suite } from '@oxbow/testkit';
import { type LedgerEvent, readJournal } from '../src/ledger.ts';

const test = suite('the ledger');

const journal = (events: readonly LedgerEvent[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

test('adds up what happened to a test', () => {
  const ledger = readJournal(
    journal([
      { kind: 'declared', id: 0, suite: 's', title: 't', as: 'test' },
      { kind: 'queued', ids: [0] },
      { kind: 'started', id: 0 },
      { kind: 'ended', id: 0, outcome: 'failed', ms: 3, message: 'wrong' },
      { kind: 'finished' },
    ]),
  );
  assert.equal(ledger.tests, [
    {
      id: 0,
      suite: 's',
      title: 't',
      as: 'test',
      queued: true,
      started: true,
      ms: 3,
      outcome: 'failed',
      message: 'wrong',
    },
  ]);
  assert.is(ledger.finished, true);
});

test('leaves out the line that a killed process could not finish', () => {
  const whole = journal([{ kind: 'declared', id: 0, suite: 's', title: 't', as: 'test' }]);
  for (let cut = 0; cut < 10; cut += 1) {
    assert.is(readJournal(whole + '{"kind":"finished"}'.slice(0, cut)).tests.length, 1);
  }
});

test.run();
