import { assert, suite } from '@oxbow/testkit';
import { MemoryFrontier } from '../../src/frontier/memory-frontier.ts';
import { CrawlCounters, failureSums } from '../../src/report/crawl-statistics.ts';
import { SettlementQueue } from '../../src/run/settlement-queue.ts';
import type { CrawlSink } from '../../src/sink/crawl-sink.ts';

const URLS = ['http://a/', 'http://b/', 'http://c/'];

async function setUp(options: { isDurable?: boolean; write?: () => void } = {}) {
  const clock = { ms: 0 };
  const log: string[] = [];
  const rows: unknown[] = [];
  const frontier = new MemoryFrontier({ now: () => clock.ms });
  Object.defineProperty(frontier, 'isDurable', { value: options.isDurable ?? false });
  await frontier.offer(URLS);
  const { items } = await frontier.claim({ workerId: 'w', count: 9, leaseMs: 100 });
  const sink: CrawlSink = {
    commit: 'with-frontier',
    open: async () => {},
    write: async (added) => {
      options.write?.();
      log.push(`write ${added.length}`);
      rows.push(...added);
      return rows.length;
    },
    sync: async () => void log.push('sync'),
    cutBack: async (checkpoint) => {
      log.push(`cut back to ${String(checkpoint)}`);
      rows.length = Number(checkpoint ?? 0);
    },
    close: async () => {},
  };
  const settled: string[] = [];
  const counters = new CrawlCounters();
  const queue = new SettlementQueue({
    frontier,
    sink,
    output: 'o',
    counters,
    known: await frontier.statistics('o'),
    onSettled: (tokens) => settled.push(...tokens),
  });
  const add = (index: number) =>
    queue.add({
      token: items[index]!.token,
      outcome: 'done',
      rows: [URLS[index]],
      sums: failureSums('network'),
    });
  return { clock, log, rows, frontier, items, queue, counters, settled, add };
}

const failedOf = (counters: CrawlCounters) => counters.statistics('running', 0, undefined).failed;

const test = suite('SettlementQueue');
test('writes what came together as one step, then settles it with the checkpoint behind its rows', async () => {
  const { add, queue, log, frontier, settled, items } = await setUp();
  add(0);
  add(1);
  await queue.idle();
  assert.equal(log, ['write 2']);
  const { done, checkpoint, sequence, sums } = await frontier.statistics('o');
  assert.equal([done, checkpoint, sequence, sums.failed], [2, 2, 1, 2]);
  assert.equal(
    settled,
    items.slice(0, 2).map((item) => item.token),
  );
});
test('flushes the output before a durable frontier commits', async () => {
  const { add, queue, log } = await setUp({ isDurable: true });
  add(0);
  await queue.idle();
  assert.equal(log, ['write 1', 'sync']);
});
test('cuts the output back when a lease was lost, and settles the others', async () => {
  const { add, queue, log, rows, clock, frontier, items, counters } = await setUp();
  add(0);
  await queue.idle();
  await frontier.renew([items[2]!.token], 1000);
  clock.ms = 100;
  await frontier.reap();
  add(1);
  add(2);
  await queue.idle();
  assert.equal(log, ['write 1', 'write 2', 'cut back to 1', 'write 1']);
  assert.equal(rows, ['http://a/', 'http://c/']);
  assert.is(failedOf(counters), 2);
  assert.is((await frontier.lookup('http://b/')).state, 'queued');
});
test('stops at a failure, tells it, and settles nothing more', async () => {
  const { add, queue, frontier } = await setUp({
    write: () => {
      throw new Error('full');
    },
  });
  add(0);
  await queue.idle();
  assert.is((queue.failure!.error as Error).message, 'full');
  add(1);
  await queue.idle();
  assert.is((await frontier.statistics()).done, 0);
});
test('takes back what could not be written whole, rows and counts', async () => {
  let isFull = false;
  const { add, queue, log, rows, counters } = await setUp({
    write: () => {
      if (isFull) throw new Error('no space left');
    },
  });
  add(0);
  await queue.idle();
  isFull = true;
  add(1);
  await queue.idle();
  assert.equal(log, ['write 1', 'cut back to 1']);
  assert.is(rows.length, 1);
  assert.is(failedOf(counters), 1);
  assert.match(String(queue.failure?.error), 'no space left');
});
test('brings delays of hosts to the frontier without results', async () => {
  const { queue, frontier } = await setUp();
  queue.delay('a', 70);
  queue.pause('b', 900);
  queue.pause('b', 100);
  await queue.idle();
  assert.is((await frontier.lookup('http://a/')).hostDelayMs, 70);
  assert.is((await frontier.lookup('http://b/')).hostDueInMs, 900);
});
test('tells the frontier where a new output begins, once', async () => {
  const { queue, frontier, log } = await setUp();
  await queue.begin();
  await queue.begin();
  const { checkpoint, sequence } = await frontier.statistics('o');
  assert.equal([checkpoint, sequence, log], [0, 1, ['write 0']]);
});
test('goes back to the checkpoint the frontier names when another has gone on with the output', async () => {
  const { add, queue, log, rows, frontier, settled } = await setUp();
  rows.push('theirs');
  await frontier.settle({ results: [], output: 'o', sequence: 1, checkpoint: 1 });
  add(0);
  await queue.idle();
  assert.equal(log, ['write 1', 'cut back to 1']);
  assert.equal([rows, settled.length, queue.failure], [['theirs'], 1, undefined]);
  add(1);
  await queue.idle();
  assert.equal(rows, ['theirs', 'http://b/']);
});
test.run();
