// covers: src/parquet/parquet-columns.ts
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { assert, suite } from '@oxbow/testkit';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { type ParquetOptions, parquet } from '../../src/parquet/index.ts';
import type { CrawlSink } from '../../src/sink/crawl-sink.ts';
import { withFile } from '../sink/file-sinks.ts';

const row = (number: number) => ({
  url: `http://h/${number}`,
  status: 200,
  depth: number,
  title: number % 2 === 0 ? null : `ü ${number}`,
  links: Array.from({ length: number % 3 }, (_, at) => `http://h/${at}`),
  contentType: 'text/html',
  bytes: 3_000_000_000,
  fetchedAt: '2026-01-01T00:00:00.000Z',
  referrer: null,
});
const write = (sink: CrawlSink, rows: readonly unknown[]) =>
  sink.write(rows.map((each) => sink.prepare!(each)));
async function bufferOf(path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
const read = async (path: string) => parquetReadObjects({ file: await bufferOf(path) });

const test = suite('parquet');
test('writes typed columns that a reader gives back, in row groups', () =>
  withFile(async (path) => {
    const sink = parquet(path, { rowGroupSize: 2 });
    await sink.open(undefined);
    await write(sink, [row(0), row(1)]);
    await write(sink, [row(2)]);
    await sink.close();
    const rows = await read(path);
    const expected = [0, 1, 2].map(row).map((each) => ({
      ...each,
      bytes: BigInt(each.bytes),
      fetchedAt: new Date(each.fetchedAt),
    }));
    assert.equal(rows, expected);
    assert.equal(
      parquetMetadata(await bufferOf(path)).row_groups.map((group) => Number(group.num_rows)),
      [2, 1],
    );
    assert.not(existsSync(`${path}.part`));
  }));
test('goes on behind its last checkpoint, and makes the whole file anew', () =>
  withFile(async (path) => {
    const first = parquet(path);
    await first.open(undefined);
    const checkpoint = await write(first, [row(0)]);
    await write(first, [row(1)]);
    await first.close();
    const second = parquet(path);
    await second.open(checkpoint);
    await write(second, [row(2)]);
    await second.close();
    assert.equal(
      (await read(path)).map(({ url }) => url),
      ['http://h/0', 'http://h/2'],
    );
  }));
test('is a file without rows when nothing was crawled', () =>
  withFile(async (path) => {
    const sink = parquet(path);
    await sink.open(undefined);
    await sink.close();
    assert.equal(await read(path), []);
  }));
test('takes each type, and fails the page of a record that does not fit', () =>
  withFile(async (path) => {
    const columns: ParquetOptions['columns'] = {
      flag: 'BOOLEAN',
      small: 'INT32',
      large: 'INT64',
      ratio: 'DOUBLE',
      at: 'TIMESTAMP',
      any: 'JSON',
      tags: 'STRING[]',
    };
    const sink = parquet(path, { columns });
    await sink.open(undefined);
    const at = new Date(1_700_000_000_123);
    await write(sink, [
      {
        flag: true,
        small: 2 ** 31 - 1,
        large: 2n ** 63n - 1n,
        ratio: 0.5,
        at,
        any: { a: [1] },
        tags: [],
        more: 1,
      },
      {},
    ]);
    const bad = [
      { flag: 1 },
      { small: 2 ** 31 },
      { small: 0.5 },
      { large: 2n ** 63n },
      { ratio: Number.NaN },
      { at: 'yesterday' },
      { any: 1n },
      { tags: [1] },
    ];
    for (const record of bad)
      assert.throws(
        () => sink.prepare!(record),
        (error: Error) => error instanceof TypeError,
      );
    await sink.close();
    const none = Object.fromEntries(Object.keys(columns).map((name) => [name, null]));
    const rows = await read(path);
    // The reader gives undefined for a list that is null.
    assert.equal(rows, [
      { flag: true, small: 2 ** 31 - 1, large: 2n ** 63n - 1n, ratio: 0.5, at, any: { a: [1] }, tags: [] },
      { ...none, tags: undefined },
    ]);
  }));
test('refuses a file that is there before anything is written, and replaces it when told', () =>
  withFile(async (path) => {
    await writeFile(path, 'mine');
    const code = await parquet(path)
      .open(undefined)
      .catch((error: { code: string }) => error.code);
    assert.is(code, 'ERR_OXBOW_CRAWLER_OUTPUT_EXISTS');
    assert.is(await readFile(path, 'utf8'), 'mine');
    const sink = parquet(path, { overwrite: true });
    await sink.open(undefined);
    await sink.close();
    assert.equal(await read(path), []);
  }));
test('refuses options that cannot be: to append, no columns, unknown types, row groups out of range', () => {
  const refused = (options: object) =>
    assert.throws(
      () => parquet('x', options),
      (error: { code: string }) => error.code === 'ERR_OXBOW_CRAWLER_OPTION',
    );
  for (const options of [{ append: true }, { columns: {} }, { columns: { a: 'TEXT' } }]) refused(options);
  for (const rowGroupSize of [0, 1.5, 1_000_001]) refused({ rowGroupSize });
  parquet('x', { rowGroupSize: 1_000_000 });
});
test.run();
