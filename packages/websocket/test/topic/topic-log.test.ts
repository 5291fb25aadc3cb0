import { assert, suite } from '@oxbow/testkit';
import { TopicLog } from '../../src/topic/topic-log.ts';

const test = suite('topic log');

function filled(count: number, limits = { historyMessages: 3, historyBytes: 1_000 }): TopicLog {
  const log = new TopicLog('e', limits);
  for (let i = 1; i <= count; i += 1) log.append('t', `m${i}`);
  return log;
}

const texts = (log: TopicLog, query = {}) => log.history(query).messages.map(({ data }) => data);

test('counts from 1 and remembers the newest', () => {
  const log = filled(5);
  assert.equal(log.position, { epoch: 'e', offset: 5 });
  assert.equal(
    log.history({}).messages.map(({ offset, data }) => [offset, data]),
    [
      [3, 'm3'],
      [4, 'm4'],
      [5, 'm5'],
    ],
  );
});

test('remembers no more bytes than it may', () => {
  const log = new TopicLog('e', { historyMessages: 100, historyBytes: 10 });
  log.append('t', new Uint8Array(6));
  log.append('t', new Uint8Array(4));
  assert.is(log.bytes, 10);
  log.append('t', new Uint8Array(1));
  assert.is(log.bytes, 5);
  log.append('t', new Uint8Array(11));
  assert.equal([log.bytes, log.history({}).messages.length, log.position.offset], [0, 0, 4]);
});

test('tells what came since a position, and whether anything is missing', () => {
  const log = filled(5);
  const since = (offset: number, epoch = 'e') => log.history({ since: { epoch, offset } });
  assert.equal([since(5).messages.length, since(5).isComplete], [0, true]);
  assert.equal([since(3).messages.length, since(3).isComplete], [2, true]);
  assert.equal([since(2).messages.length, since(2).isComplete], [3, true]);
  assert.equal([since(1).messages.length, since(1).isComplete], [3, false]);
});

test('a position of another epoch, or of the future, is a gap', () => {
  const log = filled(2);
  assert.is(log.history({ since: { epoch: 'other', offset: 2 } }).isComplete, false);
  assert.equal(texts(log, { since: { epoch: 'other', offset: 2 } }), ['m1', 'm2']);
  assert.is(log.history({ since: { epoch: 'e', offset: 3 } }).isComplete, false);
});

test('a limit gives the newest, and a gap when some are left out', () => {
  const log = filled(3);
  assert.equal(texts(log, { limit: 2 }), ['m2', 'm3']);
  assert.is(log.history({ since: { epoch: 'e', offset: 0 }, limit: 2 }).isComplete, false);
  assert.is(log.history({ since: { epoch: 'e', offset: 1 }, limit: 2 }).isComplete, true);
});

test.run();
