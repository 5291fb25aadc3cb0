/** Nested records of eight fields, decoded from 64 KiB chunks. */
import { Readable } from 'node:stream';
import { type Codec, jsonl, msgpackStream } from '@oxbow/codec';
import { decode, Stream } from '@oxbow/stream';
import { Packr, pack, UnpackrStream } from 'msgpackr';
import type { Workload } from '../../harness/workload.ts';
import { add } from './job.ts';

const RECORDS = 20_000;
const CHUNK_BYTES = 64 * 1024;

interface Sample {
  readonly id: number;
}

const sample = (id: number): Sample & Readonly<Record<string, unknown>> => ({
  id,
  url: `https://example.org/docs/page-${id}`,
  status: 200,
  title: `A page about things ${id}`,
  depth: id % 7,
  timing: { dns: 1.25, connect: 3.5, total: 120 + id },
  links: ['/a', '/b', '/c'],
  ok: true,
});

function chunksOf(encode: (value: Sample) => Uint8Array): readonly Buffer[] {
  const all = Buffer.concat(Array.from({ length: RECORDS }, (_, id) => Buffer.from(encode(sample(id)))));
  const chunks: Buffer[] = [];
  for (let at = 0; at < all.length; at += CHUNK_BYTES)
    chunks.push(Buffer.from(all.subarray(at, at + CHUNK_BYTES)));
  return chunks;
}

/** Runs `pass` over the chunks as often as there are records to decode. */
function passes(
  chunks: readonly Buffer[],
  pass: (chunks: readonly Buffer[], take: (value: Sample) => void) => unknown,
): Workload {
  return {
    portion: RECORDS,
    run: async (operations) => {
      let seen = 0;
      for (let done = 0; done < operations; done += RECORDS) {
        await pass(chunks, (value) => {
          seen++;
          add(value.id);
        });
      }
      if (seen !== operations) throw new Error(`${seen} of ${operations} records came`);
    },
  };
}

function ours(codec: Codec<unknown>): Workload {
  const encoder = codec.encoder();
  return passes(
    chunksOf((value) => encoder.encode(value)),
    (chunks, take) =>
      Stream.from<Uint8Array>(chunks)
        .pipe(decode(codec))
        .forEach((value) => {
          take(value as Sample);
        }),
  );
}

function splitLines(chunks: readonly Buffer[], take: (value: Sample) => void): void {
  let rest = '';
  const decoder = new TextDecoder();
  for (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line) as Sample);
  }
}

/** UnpackrStream over the chunks of messages that `pack` makes. */
function unpackrStream(
  pack: (value: Sample) => Uint8Array,
  options: ConstructorParameters<typeof UnpackrStream>[0] = {},
): Workload {
  return passes(chunksOf(pack), async (chunks, take) => {
    for await (const value of Readable.from(chunks).pipe(new UnpackrStream({ ...options })))
      take(value as Sample);
  });
}

/** As PackrStream sends them: records whose structures travel in the stream, once. */
function packedByStream(): Workload {
  const packr = new Packr({ sequential: true });
  return unpackrStream((value) => packr.pack(value));
}

/** One `pack()` after another: each message is complete in itself, its field names included. */
function packedAlone(): Workload {
  return unpackrStream(pack, { mapsAsObjects: true });
}

const jsonLine = (value: Sample): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`);

const MAKERS: Readonly<Record<string, () => Workload>> = {
  'our-msgpack': () => ours(msgpackStream()),
  'our-jsonl': () => ours(jsonl()),
  'json-lines': () => passes(chunksOf(jsonLine), splitLines),
  'unpackr-stream': packedByStream,
  'unpackr-stream-alone': packedAlone,
};

/** Made when it is asked for: only one of them runs in a process. */
export const workloads: Readonly<Record<string, Workload>> = Object.defineProperties(
  {},
  Object.fromEntries(Object.entries(MAKERS).map(([name, make]) => [name, { get: make, enumerable: true }])),
);
