// Encoding 8-field nested records, one at a time: records per second of each codec that can carry them.
import { type Codec, jsonl, msgpack, msgpackStream } from '@oxbow/codec';

const RECORDS = 20_000;
const ROUNDS = 9;

const records = Array.from({ length: RECORDS }, (_, id) => ({
  id,
  url: `https://example.org/docs/page-${id}`,
  status: 200,
  title: `A page about things ${id}`,
  depth: id % 7,
  timing: { dns: 1.25, connect: 3.5, total: 120 + id },
  links: ['/a', '/b', '/c'],
  ok: true,
}));

/** Milliseconds to encode all records. */
function pass(codec: Codec<unknown>): number {
  const encoder = codec.encoder();
  const start = performance.now();
  let bytes = 0;
  for (const record of records) bytes += encoder.encode(record).length;
  const elapsedMs = performance.now() - start;
  if (bytes === 0) throw new Error(`${codec.name} wrote nothing`);
  return elapsedMs;
}

console.log(`Node ${process.version}, ${RECORDS} records, median of ${ROUNDS} rounds`);
for (const codec of [msgpackStream(), msgpack(), jsonl()]) {
  const times = Array.from({ length: ROUNDS }, () => pass(codec)).sort((a, b) => a - b);
  const rate = (ms: number | undefined): string => (RECORDS / (ms ?? Number.NaN) / 1000).toFixed(2);
  console.log(
    `${codec.name.padEnd(16)} ${rate(times[ROUNDS >> 1])} M records/s (${rate(times.at(-1))} to ${rate(times[0])})`,
  );
}
