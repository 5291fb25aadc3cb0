import { assert, suite } from '@oxbow/testkit';
import {
  type HistoryPage,
  PAGE_MESSAGES,
  type PageQuery,
  readHistory,
  readPage,
} from '../../src/topics/topic-history.ts';
import { readRecord, writeRecord } from '../../src/topics/topic-record.ts';

const test = suite('the past of a topic, page by page');

interface Kept {
  epoch: string;
  first: number;
  last: number;
  lineage?: HistoryPage['lineage'];
}

/** A server that keeps these messages. `meanwhile` happens before each page but the first. */
function server(kept: Kept, meanwhile: (asked: number) => void = () => {}) {
  let asked = 0;
  return async ({ fromOffset, epoch = '', count, newest = 0 }: PageQuery): Promise<HistoryPage> => {
    if (asked > 0) meanwhile(asked);
    asked += 1;
    const { first, last, lineage = [] } = kept;
    const page = { epoch: kept.epoch, offset: last, lineage };
    if (epoch !== '' && epoch !== kept.epoch) return { ...page, nextOffset: fromOffset, records: [] };
    const from = Math.max(fromOffset, first, newest > 0 ? last - newest + 1 : 0);
    const end = Math.min(last, from + count - 1);
    const records = Array.from(
      { length: Math.max(0, end - from + 1) },
      (_, at) => [from + at, { data: 'x' }] as const,
    );
    return { ...page, nextOffset: end < last ? end + 1 : last + 1, records };
  };
}

const offsets = ({ messages }: { messages: readonly { offset: number }[] }): string =>
  `${messages[0]?.offset}…${messages.at(-1)?.offset}`;

test('is whole when everything since a place came', async () => {
  const ask = server({ epoch: 'e', first: 3, last: 2 * PAGE_MESSAGES });
  for (const [since, verdict] of [
    [2, true],
    [1, false],
    [2 * PAGE_MESSAGES, true],
    [2 * PAGE_MESSAGES + 1, false],
  ] as const) {
    const history = await readHistory(ask, 't', { since: { epoch: 'e', offset: since } });
    assert.is(history.isComplete, verdict, String(since));
    assert.equal(history.position, { epoch: 'e', offset: 2 * PAGE_MESSAGES });
  }
  assert.is(offsets(await readHistory(ask, 't', {})), `3…${2 * PAGE_MESSAGES}`);
});

test('a limit takes the newest, and says that something is left out', async () => {
  const ask = server({ epoch: 'e', first: 1, last: 10 });
  const history = await readHistory(ask, 't', { since: { epoch: 'e', offset: 4 }, limit: 2 });
  assert.equal([offsets(history), history.isComplete], ['9…10', false]);
  assert.ok((await readHistory(ask, 't', { since: { epoch: 'e', offset: 4 }, limit: 6 })).isComplete);
});

test('what is published while it is read comes too', async () => {
  const kept = { epoch: 'e', first: 1, last: PAGE_MESSAGES + 1 };
  const history = await readHistory(
    server(kept, () => void (kept.last = PAGE_MESSAGES + 5)),
    't',
    {},
  );
  assert.is(offsets(history), `1…${PAGE_MESSAGES + 5}`);
});

test('what is forgotten while it is read leaves no hole', async () => {
  const kept = { epoch: 'e', first: 1, last: 2 * PAGE_MESSAGES };
  const ask = server(kept, () => void (kept.first = PAGE_MESSAGES + 10));
  const history = await readHistory(ask, 't', { since: { epoch: 'e', offset: 0 } });
  assert.equal([offsets(history), history.isComplete], [`${PAGE_MESSAGES + 10}…${2 * PAGE_MESSAGES}`, false]);
});

test('a place of an earlier epoch is gone on from, and never whole', async () => {
  const lineage = [{ epoch: 'a', offset: 6 }];
  const ask = server({ epoch: 'b', first: 1, last: 9, lineage });
  const early = await readHistory(ask, 't', { since: { epoch: 'a', offset: 4 } });
  assert.equal([offsets(early), early.isComplete], ['5…9', false]);
  const beyond = await readHistory(ask, 't', { since: { epoch: 'a', offset: 8 } });
  assert.is(offsets(beyond), '7…9', 'two places were given again');
  const stranger = await readHistory(ask, 't', { since: { epoch: 'of another life', offset: 8 } });
  assert.equal([offsets(stranger), stranger.isComplete], ['1…9', false]);
});

test('an epoch that begins while it is read begins the reading again, within bounds', async () => {
  const kept = { epoch: 'a', first: 1, last: 2 * PAGE_MESSAGES };
  const once = await readHistory(
    server(kept, (asked) => void (asked === 1 && (kept.epoch = 'b'))),
    't',
    {},
  );
  assert.equal([once.position.epoch, offsets(once)], ['b', `1…${2 * PAGE_MESSAGES}`]);
  const restless = server(kept, (asked) => void (kept.epoch = `e${asked}`));
  await readHistory(restless, 't', {}).then(
    () => assert.unreachable(),
    (error: { code?: string }) => assert.is(error.code, 'ERR_OXBOW_REDIS_TOPICS_EPOCHS'),
  );
});

test('the answer of the script is read', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  const reply = [
    bytes('e'),
    bytes('9'),
    bytes('b=7;a=3'),
    bytes('9'),
    [bytes('8'), writeRecord({ data: 'x' })],
  ];
  assert.equal(readPage(reply, readRecord), {
    epoch: 'e',
    offset: 9,
    lineage: [
      { epoch: 'b', offset: 7 },
      { epoch: 'a', offset: 3 },
    ],
    nextOffset: 9,
    records: [[8, { data: 'x' }]],
  });
});

test.run();
