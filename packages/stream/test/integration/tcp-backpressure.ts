/**
 * Backpressure down to the socket: a producer that writes as fast as TCP lets it, consumers that take a turn for every
 * chunk. What counts is the lag, the bytes that have entered the stream and have not reached the consumer. Where a lot
 * passes, the memory of the chunks counts too.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import {
  batch,
  bounded,
  buffer,
  concat,
  concatMap,
  DEFAULT_HIGH_WATER_BYTES,
  decode,
  encode,
  filter,
  map,
  mapAsync,
  merge,
  mergeMap,
  meter,
  retry,
  Stream,
  scan,
  share,
  switchMap,
  take,
  takeUntil,
  tap,
  timeout,
  unbatch,
  zip,
} from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';

/** The largest chunk libuv hands over at once: one emission. */
const EMISSION_BYTES = 64 * 1024;
/** One buffer up to its high-water mark and one emission beyond it. */
const LAG_BYTES = DEFAULT_HIGH_WATER_BYTES + EMISSION_BYTES;

type Chunks = Stream<Uint8Array>;

interface Row {
  readonly operators?: (stream: Chunks) => rx.Observable<Uint8Array>;
  /** How many stages with a queue of their own stand in the pipeline, the terminal included. */
  readonly queues?: number;
  /** Chunks in flight by the operator's own measure. */
  readonly inFlight?: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const TERMINALS: Record<string, (stream: Chunks, seen: (chunk: Uint8Array) => void) => Promise<unknown>> = {
  'for await': async (stream, seen) => {
    for await (const chunk of stream) {
      await turn();
      seen(chunk);
    }
  },
  batches: async (stream, seen) => {
    for await (const chunks of stream.batches()) {
      await turn();
      for (const chunk of chunks) seen(chunk);
    }
  },
  forEach: (stream, seen) =>
    stream.forEach(async (chunk) => {
      await turn();
      seen(chunk);
    }),
  'to(sink)': (stream, seen) =>
    stream.to({
      write: async (chunk) => {
        await turn();
        seen(chunk);
      },
    }),
  'to(Writable)': (stream, seen) =>
    stream.to(
      new Writable({
        highWaterMark: 1,
        write(chunk: Uint8Array, _encoding, done) {
          setImmediate(() => {
            seen(chunk);
            done();
          });
        },
      }),
    ),
  toReadable: async (stream, seen) => {
    for await (const chunk of stream.toReadable({
      objectMode: true,
      highWaterMark: DEFAULT_HIGH_WATER_BYTES,
    })) {
      await turn();
      seen(chunk as Uint8Array);
    }
  },
  toWeb: async (stream, seen) => {
    for await (const chunk of stream.toWeb()) {
      await turn();
      seen(chunk);
    }
  },
};

const identity = { encoder: () => ({ encode: (bytes: Uint8Array) => bytes }) };
const whole = { decoder: () => ({ decode: (chunk: Uint8Array) => [chunk], end: () => [] }) };

const OPERATORS: Record<string, Row> = {
  'stock map, filter and tap': {
    operators: (s) =>
      s.pipe(
        rx.map((c) => c),
        rx.filter(() => true),
        rx.tap(() => {}),
      ),
  },
  'stock timestamp, timeInterval and timeout, subscribed to later': {
    operators: (s) =>
      s.pipe(
        rx.timestamp(),
        rx.map(({ value }) => value),
        rx.timeInterval(),
        rx.map(({ value }) => value),
        rx.timeout({ each: 60_000 }),
        rx.subscribeOn(rx.asapScheduler),
      ),
  },
  'map, filter, scan and take': {
    operators: (s) =>
      s.pipe(
        map((c) => c),
        filter(() => true),
        scan((_, c) => c),
        take(1_000_000),
      ),
  },
  'mapAsync(8)': { operators: (s) => s.pipe(mapAsync(async (c) => c, { concurrency: 8 })), inFlight: 8 },
  'mapAsync(8) as they come': {
    operators: (s) => s.pipe(mapAsync(async (c) => c, { concurrency: 8, ordered: false })),
    inFlight: 8,
  },
  'mergeMap(8)': { operators: (s) => s.pipe(mergeMap(async (c) => c, 8)), inFlight: 8 },
  concatMap: { operators: (s) => s.pipe(concatMap(async (c) => c)), inFlight: 1 },
  switchMap: { operators: (s) => s.pipe(switchMap((c) => [c])), inFlight: 1 },
  merge: { operators: (s) => merge(s, rx.EMPTY) },
  concat: { operators: (s) => concat(rx.EMPTY, s) },
  zip: { operators: (s) => zip([s, rx.range(0, 1)]).pipe(rx.map(([c]) => c)), queues: 2 },
  share: { operators: (s) => s.pipe(share()), queues: 2 },
  'batch and unbatch': { operators: (s) => s.pipe(batch(4), unbatch()), queues: 2, inFlight: 4 },
  buffer: { operators: (s) => s.pipe(buffer()), queues: 2 },
  'bounded(stock concatMap, 4)': {
    operators: (s) =>
      s.pipe(
        bounded(
          rx.concatMap(async (c: Uint8Array) => c),
          4,
        ),
      ),
    inFlight: 4,
  },
  takeUntil: { operators: (s) => s.pipe(takeUntil(rx.NEVER)) },
  timeout: { operators: (s) => s.pipe(timeout<Uint8Array>(60_000)) },
  retry: { operators: (s) => s.pipe(retry(1)) },
  meter: { operators: (s) => s.pipe(meter(() => {})) },
  'encode and decode': { operators: (s) => s.pipe(encode(identity), decode(whole)), queues: 2 },
};

/** A server that writes as fast as it may, to everyone who comes. */
async function fastServer(totalBytes: number): Promise<Server> {
  const chunk = new Uint8Array(EMISSION_BYTES);
  const server = createServer((socket) => {
    let left = totalBytes;
    const write = (): void => {
      while (left > 0) {
        left -= chunk.byteLength;
        if (!socket.write(chunk)) break;
      }
      if (left <= 0) socket.end();
    };
    socket.on('drain', write);
    socket.on('error', () => {});
    write();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function run(
  server: Server,
  { operators = (s) => s }: Row,
  terminal: (typeof TERMINALS)[string],
): Promise<{ lag: number; seen: number; memory: number }> {
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let entered = 0;
  let seen = 0;
  let lag = 0;
  let memory = 0;
  const before = process.memoryUsage().arrayBuffers;
  const counted = Stream.from<Uint8Array>(socket).pipe(
    tap((chunk: Uint8Array) => {
      entered += chunk.byteLength;
      lag = Math.max(lag, entered - seen);
    }),
  );
  await terminal(Stream.from(operators(counted)), (chunk) => {
    seen += chunk.byteLength;
    memory = Math.max(memory, process.memoryUsage().arrayBuffers - before);
  });
  return { lag, seen, memory };
}

/**
 * Declares and runs the tests.
 *
 * @param totalBytes what the producer sends
 * @param maxMemoryBytes how far the memory of chunks may grow; V8 leaves some 70 MiB to its collector
 */
export function testBackpressureOverTcp(totalBytes: number, maxMemoryBytes = Number.POSITIVE_INFINITY): void {
  const test = suite('backpressure over TCP');

  for (const [name, terminal] of Object.entries(TERMINALS)) {
    test(`${name} holds the socket back`, async () => {
      const server = await fastServer(totalBytes);
      try {
        const { lag, seen, memory } = await run(server, {}, terminal);
        assert.is(seen, totalBytes);
        assert.ok(memory <= maxMemoryBytes, `memory ${memory}`);
        // What the consumer holds in its hand is one chunk more; a Readable and a Writable add a queue of one chunk each.
        const inHand =
          name === 'batches' ? LAG_BYTES : name.startsWith('to') ? 2 * EMISSION_BYTES : EMISSION_BYTES;
        assert.ok(lag <= LAG_BYTES + inHand, `lag ${lag}`);
      } finally {
        server.close();
      }
    });
  }

  for (const [name, row] of Object.entries(OPERATORS)) {
    if (name === 'zip') continue;
    test(`${name} holds the socket back`, async () => {
      const server = await fastServer(totalBytes);
      try {
        const forEach = TERMINALS.forEach as (typeof TERMINALS)[string];
        const { lag, seen, memory } = await run(server, row, forEach);
        assert.is(seen, totalBytes);
        assert.ok(memory <= maxMemoryBytes, `memory ${memory}`);
        const allowed = LAG_BYTES * (row.queues ?? 1) + EMISSION_BYTES * (1 + (row.inFlight ?? 0));
        assert.ok(lag <= allowed, `lag ${lag}, allowed ${allowed}`);
      } finally {
        server.close();
      }
    });
  }

  test('zip holds a fast socket back to the pace of the other stream', async () => {
    const server = await fastServer(totalBytes);
    const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let entered = 0;
    let paired = 0;
    let lag = 0;
    const counted = Stream.from<Uint8Array>(socket).pipe(
      tap((chunk: Uint8Array) => {
        entered += chunk.byteLength;
        lag = Math.max(lag, entered - paired);
      }),
    );
    const slow = new Stream<number>((out) => {
      let stopped = false;
      const tick = (): void => {
        if (stopped) return;
        out.next(0);
        setImmediate(tick);
      };
      setImmediate(tick);
      return () => {
        stopped = true;
      };
    });
    try {
      await zip([counted, slow]).forEach(([chunk]) => {
        paired += chunk.byteLength;
      });
      assert.is(paired, totalBytes);
      assert.ok(lag <= 2 * LAG_BYTES, `lag ${lag}`);
    } finally {
      server.close();
    }
  });

  test.run();
}
