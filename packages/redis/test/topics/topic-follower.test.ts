import { assert, suite } from '@oxbow/testkit';
import type { TopicPosition } from '@oxbow/websocket';
import { MAX_HELD_BATCHES, TopicFollower } from '../../src/topics/topic-follower.ts';
import type { HistoryPage } from '../../src/topics/topic-history.ts';

const test = suite('one topic as one process follows it');

function followed() {
  const told: string[] = [];
  const follower = new TopicFollower('t', {
    message: ({ epoch, offset, data }) => void told.push(`${epoch}${offset} ${String(data)}`),
    gap: ({ from, position, missed }) =>
      void told.push(`gap ${words(from)} to ${words(position)}, ${missed ?? 'unknown'} missed`),
  });
  return { told, follower };
}

const words = (place: TopicPosition | undefined): string => `${place?.epoch}${place?.offset}`;

const batch = (offset: number, count = 1, epoch = 'e') => ({
  epoch,
  offset,
  records: Array.from({ length: count }, (_, at) => ({ data: `m${offset + at}` })),
});

function page(offset: number, offsets: readonly number[], more: Partial<HistoryPage> = {}): HistoryPage {
  return {
    epoch: 'e',
    offset,
    lineage: [],
    nextOffset: offset + 1,
    records: offsets.map((each) => [each, { data: `m${each}` }] as const),
    ...more,
  };
}

test('what comes in order goes through, once', () => {
  const { told, follower } = followed();
  assert.ok(follower.begin({ epoch: 'e', offset: 0 }));
  assert.ok(follower.batch(batch(1, 2)));
  assert.ok(follower.batch(batch(2, 2)));
  assert.ok(follower.batch(batch(1)));
  assert.equal(told, ['e1 m1', 'e2 m2', 'e3 m3']);
});

test('what comes before it has begun is held, and goes through behind the place it begins at', () => {
  const { told, follower } = followed();
  assert.ok(follower.batch(batch(4)));
  assert.ok(follower.batch(batch(5)));
  assert.ok(follower.begin({ epoch: 'e', offset: 4 }));
  assert.equal(told, ['e5 m5']);
});

test('a hole is filled from the history, and what was held follows', () => {
  const { told, follower } = followed();
  follower.begin({ epoch: 'e', offset: 1 });
  assert.not.ok(follower.batch(batch(4)), 'asks for the history');
  assert.ok(follower.batch(batch(5)), 'asks once');
  assert.equal(follower.nextQuery, { fromOffset: 2, epoch: 'e' });
  assert.ok(follower.page(page(4, [2, 3, 4])));
  assert.equal(told, ['e2 m2', 'e3 m3', 'e4 m4', 'e5 m5']);
});

test('a history in several pages is read to its end', () => {
  const { told, follower } = followed();
  follower.begin({ epoch: 'e', offset: 0 });
  follower.hold();
  assert.not.ok(follower.page(page(4, [1, 2], { nextOffset: 3 })));
  assert.equal(follower.nextQuery, { fromOffset: 3, epoch: 'e' });
  assert.not.ok(follower.page(page(4, [], { nextOffset: 4 })), 'a page that is too old has no messages');
  assert.equal(follower.nextQuery, { fromOffset: 4, epoch: 'e' });
  assert.ok(follower.page(page(4, [4])));
  assert.equal(told, ['e1 m1', 'e2 m2', 'gap e2 to e3, 1 missed', 'e4 m4']);
});

test('what the history has forgotten is a gap, counted, also when nothing is left', () => {
  const { told, follower } = followed();
  follower.begin({ epoch: 'e', offset: 1 });
  follower.hold();
  assert.ok(follower.page(page(9, [])));
  assert.equal(told, ['gap e1 to e9, 8 missed']);
  assert.equal(follower.position, { epoch: 'e', offset: 9 });
});

test('another epoch is a gap that nobody can count; what it has of before keeps its place', () => {
  const { told, follower } = followed();
  follower.begin({ epoch: 'a', offset: 5 });
  assert.not.ok(follower.batch(batch(9, 1, 'b')));
  const lineage = [{ epoch: 'a', offset: 8 }];
  assert.not.ok(follower.page(page(9, [], { epoch: 'b', lineage, nextOffset: 6 })));
  assert.equal(told, ['gap a5 to b5, unknown missed']);
  assert.equal(follower.nextQuery, { fromOffset: 6, epoch: 'b' });
  assert.ok(follower.page(page(9, [6, 7, 8, 9], { epoch: 'b', lineage })));
  assert.equal(told.slice(1), ['b6 m6', 'b7 m7', 'b8 m8', 'b9 m9']);
});

test('places that were given again are not taken for old ones', () => {
  const { told, follower } = followed();
  follower.begin({ epoch: 'a', offset: 10 });
  follower.hold();
  // The server that was promoted knew eight messages only; then two more servers took turns.
  const lineage = [
    { epoch: 'c', offset: 12 },
    { epoch: 'b', offset: 9 },
    { epoch: 'a', offset: 8 },
  ];
  assert.not.ok(follower.page(page(12, [], { epoch: 'd', lineage })));
  assert.ok(follower.page(page(12, [9, 10, 11, 12], { epoch: 'd', lineage })));
  assert.equal(told, ['gap a10 to d8, unknown missed', 'd9 m9', 'd10 m10', 'd11 m11', 'd12 m12']);
});

test('a topic that began anew is read from its start', () => {
  const { told, follower } = followed();
  follower.begin({ epoch: 'a', offset: 10 });
  follower.hold();
  assert.ok(follower.page(page(0, [], { epoch: 'z' })));
  assert.equal(told, ['gap a10 to z0, unknown missed']);
  assert.ok(follower.batch(batch(1, 1, 'z')));
});

test('as many batches are held as may be; those beyond are read from the history', () => {
  const { told, follower } = followed();
  follower.begin({ epoch: 'e', offset: 0 });
  follower.hold();
  for (let offset = 1; offset <= MAX_HELD_BATCHES + 1; offset += 1) follower.batch(batch(offset));
  assert.not.ok(follower.page(page(0, [])), 'one was left out');
  assert.is(told.length, MAX_HELD_BATCHES);
  const last = MAX_HELD_BATCHES + 1;
  assert.ok(follower.page(page(last, [last])));
  assert.is(told.length, last);
  follower.hold();
  for (let each = 1; each <= MAX_HELD_BATCHES; each += 1) follower.batch(batch(last + each));
  assert.ok(follower.page(page(last, [])), 'all were held');
  assert.is(told.length, last + MAX_HELD_BATCHES);
});

test.run();
