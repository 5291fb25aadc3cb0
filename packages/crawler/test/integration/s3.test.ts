// covers: src/s3/s3-sink.ts, src/s3/s3-upload.ts
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { Crawler, type CrawlSink, jsonl } from '../../src/index.ts';
import { type S3Options, s3 } from '../../src/s3/index.ts';
import { type S3Store, serveStore } from '../s3/s3-store.ts';
import { linksTo, serveSite } from './site.ts';

const test = suite('s3');
let folder: string;
let path: string;
let store: S3Store;
let config: NonNullable<S3Options['config']>;
test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oxbow-s3-'));
  path = join(folder, 'pages.jsonl');
  store = await serveStore();
  config = {
    endpoint: store.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
});
test.after.each(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** Rows of so many bytes, through a sink. */
async function writeBytes(sink: CrawlSink, bytes: number): Promise<void> {
  await sink.open(undefined);
  for (let left = bytes; left > 0; left -= 1_000_000)
    await sink.write([sink.prepare!(randomBytes(Math.min(left, 1_000_000) / 2).toString('hex'))]);
  await sink.close();
}

test('puts the output of a crawl where it was asked to, when the crawl has ended', async () => {
  const site = await serveSite({ '/': linksTo('/a', '/b'), '/a': 'a', '/b': 'b' });
  const crawl = new Crawler({ seeds: `${site.origin}/`, robots: false });
  await crawl.to(s3('s3://bucket/crawls/pages.jsonl', jsonl(path), { config }));
  await site.close();
  const object = store.objects.get('/bucket/crawls/pages.jsonl')!;
  assert.is(object.toString().trim().split('\n').length, 3);
  assert.ok(object.equals(await readFile(path)));
});
test('uploads what is large in parts, in order', async () => {
  const sink = s3('s3://bucket/large', jsonl(path), { config, partBytes: 5 * 1024 * 1024 });
  await writeBytes(sink, 12_000_000);
  assert.ok(store.objects.get('/bucket/large')!.equals(await readFile(path)));
  assert.is(store.requests.filter((asked) => asked.includes('partNumber=')).length, 3);
  assert.is(store.uploads.size, 0);
});
test('takes back an upload that fails, and keeps the rows for the next run', async () => {
  store.failsAt = /partNumber=2/;
  const sink = s3('s3://bucket/large', jsonl(path), { config, partBytes: 5 * 1024 * 1024 });
  assert.is(await codeOf(writeBytes(sink, 12_000_000)), 'ERR_OXBOW_CRAWLER_SINK');
  assert.equal([store.objects.size, store.uploads.size], [0, 0]);
  store.failsAt = undefined;
  const again = s3('s3://bucket/large', jsonl(path), { config });
  await again.open((await readFile(path)).length);
  await again.close();
  assert.ok(store.objects.get('/bucket/large')!.equals(await readFile(path)));
});
test('refuses an object that is there before the first request, and replaces it when told', async () => {
  store.objects.set('/bucket/mine', Buffer.from('mine'));
  const site = await serveSite({ '/': 'x' });
  const crawlWith = (options: S3Options) =>
    new Crawler({ seeds: `${site.origin}/`, robots: false }).to(s3('s3://bucket/mine', jsonl(path), options));
  assert.is(await codeOf(crawlWith({ config })), 'ERR_OXBOW_CRAWLER_OUTPUT_EXISTS');
  assert.equal([site.requests, String(store.objects.get('/bucket/mine'))], [[], 'mine']);
  await crawlWith({ config, overwrite: true });
  await site.close();
  assert.match(String(store.objects.get('/bucket/mine')), '"status":200');
});
test('says so when the store refuses to be asked', async () => {
  store.failsAt = /HEAD/;
  const error = await s3('s3://bucket/key', jsonl(path), { config })
    .open(undefined)
    .catch((reason: Error & { code: string }) => reason);
  assert.is((error as { code: string }).code, 'ERR_OXBOW_CRAWLER_SINK');
  assert.match((error as Error).message, 's3://bucket/key');
});
test('refuses what is no place of an object, a sink without a file, and parts that S3 would refuse', () => {
  const refused = (make: () => unknown) =>
    assert.throws(make, (error: { code: string }) => error.code === 'ERR_OXBOW_CRAWLER_OPTION');
  for (const url of ['https://bucket/key', 's3://bucket', 's3://bucket/'])
    refused(() => s3(url, jsonl(path)));
  const pathless: CrawlSink = { ...jsonl(path), path: undefined } as unknown as CrawlSink;
  refused(() => s3('s3://bucket/key', pathless));
  refused(() => s3('s3://bucket/key', jsonl(path), { partBytes: 5 * 1024 * 1024 - 1 }));
  s3('s3://bucket/key', jsonl(path), { partBytes: 5 * 1024 * 1024 });
});
test.run();
