// Decoding 8-field nested records from 64 KiB chunks: records per second of each codec that can carry them.
import { type Codec, jsonl, msgpack, msgpackStream } from '@oxbow/codec';

const RECORDS = 20_000;
const CHUNK_BYTES = 64 * 1024;
const ROUNDS = 9;

const record = (id: number): unknown => ({
  id,
  url: `https://example.org/docs/page-${id}`,
  status: 200,
  title: `A page about things ${id}`,
  depth: id % 7,
  timing: { dns: 1.25, connect: 3.5, total: 120 + id },
  links: ['/a', '/b', '/c'],
  ok: true,
});

function chunksOf(codec: Codec<unknown>): { readonly chunks: readonly Uint8Array[]; readonly bytes: number } {
  const encoder = codec.encoder();
  const all = Buffer.concat(Array.from({ length: RECORDS }, (_, id) => encoder.encode(record(id))));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += CHUNK_BYTES)
    chunks.push(new Uint8Array(all.subarray(at, at + CHUNK_BYTES)));
  return { chunks, bytes: all.length };
}

/** Milliseconds for one pass over all chunks. */
function pass(codec: Codec<unknown>, chunks: readonly Uint8Array[]): number {
  const decoder = codec.decoder();
  const start = performance.now();
  let count = 0;
  for (const chunk of chunks) count += decoder.decode(chunk).length;
  count += decoder.end().length;
  const elapsedMs = performance.now() - start;
  if (count !== RECORDS) throw new Error(`${codec.name} gave ${count} of ${RECORDS} records`);
  return elapsedMs;
}

console.log(
  `Node ${process.version}, ${RECORDS} records, ${CHUNK_BYTES / 1024} KiB chunks, median of ${ROUNDS} rounds`,
);
for (const codec of [msgpackStream(), msgpack(), jsonl()]) {
  const { chunks, bytes } = chunksOf(codec);
  const times = Array.from({ length: ROUNDS }, () => pass(codec, chunks)).sort((a, b) => a - b);
  const rate = (ms: number | undefined): string => (RECORDS / (ms ?? Number.NaN) / 1000).toFixed(2);
  const spread = `${rate(times.at(-1))} to ${rate(times[0])}`;
  console.log(
    `${codec.name.padEnd(16)} ${rate(times[ROUNDS >> 1])} M records/s (${spread}), ${bytes / RECORDS} bytes a record`,
  );
}
