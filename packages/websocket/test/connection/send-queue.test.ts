// covers: src/connection/send-queue.ts, src/connection/page-pool.ts, src/connection/flush-scheduler.ts
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { flushSoon } from '../../src/connection/flush-scheduler.ts';
import { MAX_PAGES, PagePool } from '../../src/connection/page-pool.ts';
import { SendQueue } from '../../src/connection/send-queue.ts';
import { SLOW_CONSUMER_POLICIES } from '../../src/connection/slow-consumer.ts';
import { FrameWriter } from '../../src/protocol/frame-writer.ts';
import { Opcode } from '../../src/protocol/opcode.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { MemoryTransport, settle } from '../fixtures/memory-transport.ts';
import { frame, hear } from '../fixtures/wire.ts';

const POISON = 0xee;

/** A pool whose pages are full of something no peer may ever see. */
function poisonedPool(): PagePool {
  return new PagePool((bytes) => bufferText.allocate(bytes).fill(POISON));
}

function queue(maxBufferedBytes = 1_000, pages = poisonedPool(), slowConsumer = SLOW_CONSUMER_POLICIES[0]!) {
  const transport = new MemoryTransport();
  const writer = new FrameWriter(bufferText);
  const settings = { maxBufferedBytes, slowConsumer };
  const made = new SendQueue(transport, { writer, pages, settings }, { onRoom: () => {} });
  transport.start({ data() {}, ended() {}, closed() {}, written: () => made.written() });
  return { queue: made, transport };
}

const test = suite('send queue');

test('only what was written leaves a page: no byte of what it held before', async () => {
  const pages = poisonedPool();
  for (const text of ['one', 'a second, longer text', 'x']) {
    const { queue: sending, transport } = queue(1_000, pages);
    sending.send(Opcode.TEXT, text);
    await settle();
    assert.equal(transport.sent(), frame(1, text));
  }
});

test('a page comes back to the pool only when the kernel took it', async () => {
  const pages = poisonedPool();
  const { queue: sending, transport } = queue(1_000, pages);
  sending.send(Opcode.TEXT, 'a');
  await settle();
  const again = pages.take()!;
  assert.is(again[2], 'a'.charCodeAt(0));
  pages.give(again);
  transport.isSlow = true;
  sending.send(Opcode.TEXT, 'b');
  await settle();
  const other = pages.take()!;
  other.fill(0);
  transport.isSlow = false;
  transport.take();
  await settle();
  assert.equal(hear('client', [transport.sent()]), [
    ['message', 'a'],
    ['message', 'b'],
  ]);
});

test('a transport that keeps what it is given gets memory of its own', async () => {
  const pages = poisonedPool();
  const { queue: sending, transport } = queue(1_000, pages);
  Object.defineProperty(transport, 'returnsMemory', { value: false });
  transport.isSlow = true;
  sending.send(Opcode.TEXT, 'a');
  await settle();
  pages.take()!.fill(0);
  transport.take();
  assert.equal(transport.sent(), frame(1, 'a'));
});

test('at most a quarter of the budget is on its way; the rest can still be dropped', async () => {
  const { queue: sending, transport } = queue(400, poisonedPool(), 'drop-oldest');
  transport.isSlow = true;
  for (let i = 0; i < 100; i += 1)
    sending.send(
      Opcode.BINARY,
      [i].reduce((bytes) => bytes, Uint8Array.of(i)),
    );
  await settle();
  assert.ok(transport.unwrittenBytes <= 103);
  assert.is(sending.bufferedBytes <= 400, true);
  transport.isSlow = false;
  transport.take();
  await settle();
  const kept = hear('client', [transport.sent()]).map(([, data]) => (data as readonly number[])[0]!);
  assert.is(kept.at(-1), 99);
  assert.is(kept.length + sending.dropped.messages, 100);
});

test('never holds more than the budget, loses nothing it did not count, and keeps the order', async () => {
  const anyStep = fc.oneof(
    fc.record({
      kind: fc.constant('send' as const),
      bytes: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(20_000, 30_000, 40_000)),
    }),
    fc.record({
      kind: fc.constantFrom('stall' as const, 'take' as const, 'take a little' as const, 'flush' as const),
      bytes: fc.constant(0),
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 40 }),
      fc.constantFrom('pause' as const, 'drop-oldest' as const, 'drop-newest' as const, 'latest' as const),
      fc.constantFrom(100, 100_000),
      async (steps, policy, budget) => {
        const { queue: sending, transport } = queue(budget, poisonedPool(), policy);
        let sent = 0;
        let refused = 0;
        for (const { kind, bytes } of steps) {
          if (kind === 'send') {
            const outcome = sending.send(Opcode.BINARY, new Uint8Array(bytes).fill(sent));
            sent += 1;
            if (outcome === 'full') refused += 1;
          } else if (kind === 'stall') {
            transport.isSlow = true;
          } else if (kind === 'take') {
            transport.isSlow = false;
            transport.take();
          } else if (kind === 'take a little') {
            // Takes what it was offered, and holds whatever comes then.
            transport.isSlow = true;
            transport.take();
          } else {
            sending.flush();
          }
          assert.ok(sending.bufferedBytes <= Math.max(budget, 40_010));
        }
        transport.isSlow = false;
        transport.take();
        await settle();
        const heard = hear('client', [transport.sent()]).map(([, data]) => (data as readonly number[])[0]!);
        assert.is(heard.length + refused + sending.dropped.messages, sent);
        assert.equal(
          heard,
          [...heard].sort((a, b) => a - b),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('small and large frames keep their order while the kernel takes a little at a time', async () => {
  const sizes = [5, 10, 40_000, 20, 30_000, 30, 20_000, 20_000, 40];
  const { queue: sending, transport } = queue(1_000_000);
  transport.isSlow = true;
  for (const size of sizes) {
    sending.send(Opcode.BINARY, new Uint8Array(size));
    sending.flush();
  }
  while (sending.bufferedBytes > 0) {
    transport.take();
    await settle();
  }
  const heard = hear('client', [transport.sent()]).map(([, data]) => (data as readonly number[]).length);
  assert.equal(heard, sizes);
});

test('the last frame goes behind everything, and its end is told once', async () => {
  const { queue: sending, transport } = queue();
  transport.isSlow = true;
  sending.send(Opcode.TEXT, 'a');
  sending.flush();
  sending.send(Opcode.TEXT, 'b');
  let ends = 0;
  sending.end(frame(8), () => {
    ends += 1;
  });
  transport.isSlow = false;
  assert.is(ends, 0);
  transport.take();
  assert.is(ends, 1);
  transport.take();
  assert.is(ends, 1);
  assert.equal(
    hear('client', [transport.sent()]).map(([what]) => what),
    ['message', 'message', 'close'],
  );
});

test('pings wait in front of messages, sixteen at most', async () => {
  const { queue: sending, transport } = queue();
  transport.isSlow = true;
  sending.send(Opcode.TEXT, 'first');
  sending.flush();
  sending.send(Opcode.TEXT, 'second');
  for (let i = 0; i < 17; i += 1) sending.sendControl(Opcode.PING, Uint8Array.of(i));
  transport.isSlow = false;
  transport.take();
  await settle();
  const heard = hear('client', [transport.sent()]);
  assert.equal(heard.slice(1, 3), [
    ['ping', [1]],
    ['ping', [2]],
  ]);
  assert.is(heard.length, 18);
  assert.equal(heard.at(-1), ['message', 'second']);
});

test('nothing leaves once it is discarded', async () => {
  const { queue: sending, transport } = queue();
  sending.send(Opcode.TEXT, 'a');
  sending.discard();
  await settle();
  assert.is(transport.writes, 0);
  assert.is(sending.bufferedBytes, 0);
});

test('there are thirty-two pages at most; who finds none sends its frames as they are', async () => {
  const pages = poisonedPool();
  const lent = Array.from({ length: MAX_PAGES }, () => pages.take()!);
  assert.is(pages.take(), undefined);
  const { queue: sending, transport } = queue(1_000, pages);
  for (const text of ['a', 'b', 'c']) sending.send(Opcode.TEXT, text);
  assert.is(sending.bufferedBytes, 9);
  await settle();
  assert.is(transport.writes, 1);
  assert.equal(
    hear('client', [transport.sent()]).map(([, text]) => text),
    ['a', 'b', 'c'],
  );
  pages.lose();
  assert.ok(pages.take());
  for (const page of lent) pages.give(page);
});

test('a frame for many is written to each as it is, without a copy', async () => {
  const written: Uint8Array[] = [];
  const shared = [frame(1, 'for all'), frame(1, 'and more')];
  for (let i = 0; i < 3; i += 1) {
    const { queue: sending, transport } = queue();
    transport.write = (bytes: Uint8Array) => void written.push(bytes);
    sending.sendFrame(shared[0]!);
    await settle();
    for (const each of shared) sending.sendFrame(each);
    await settle();
  }
  assert.is(written.length, 6);
  assert.is(written.filter((bytes) => bytes === shared[0]).length, 3);
  assert.is(new Set(written).size, 2);
});

test('frames for many keep their place among others', async () => {
  const { queue: sending, transport } = queue();
  const shared = frame(1, 'shared');
  sending.sendFrame(shared);
  sending.send(Opcode.TEXT, 'own');
  sending.sendFrame(shared);
  await settle();
  sending.send(Opcode.TEXT, 'first');
  sending.sendFrame(shared);
  await settle();
  assert.is(transport.writes, 2);
  assert.equal(
    hear('client', [transport.sent()]).map(([, text]) => text),
    ['shared', 'own', 'shared', 'first', 'shared'],
  );
});

test('what asks for a flush is flushed once, behind the microtasks that are due', async () => {
  const order: string[] = [];
  flushSoon({ flush: () => order.push('flush') });
  await Promise.resolve().then(() => Promise.resolve());
  order.push('microtasks');
  await settle();
  assert.equal(order, ['microtasks', 'flush']);
});

test.run();
