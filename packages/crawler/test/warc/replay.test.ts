// covers: src/sink/warc.ts
// covers: src/warc/warc-record.ts
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockTransport, Session } from '@oxbow/http';
import { run, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { Crawler, jsonl, type PageRow, replayWarc, warc } from '../../src/index.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const WEB: Readonly<Record<string, object>> = {
  'http://h.test/': {
    headers: { ...HTML, 'x-a': 'b' },
    body: '<title>é</title><a href="/a"><a href="/old"><a href="/image">',
  },
  'http://h.test/a': { headers: HTML, body: '<a href="/gone">' },
  'http://h.test/old': { status: 301, headers: { location: '/new' } },
  'http://h.test/new': { headers: HTML, body: '' },
  'http://h.test/image': {
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array([0x89, 0x50, 0x0d, 0x0a, 0x0d, 0x0a, 0]),
  },
};

/** Crawls on a virtual clock. */
async function crawlWith(session: Session, sink: ReturnType<typeof jsonl>) {
  await run(
    async () => {
      const crawl = new Crawler({
        seeds: 'http://h.test/',
        session,
        robots: false,
        politeness: { delayMs: 0 },
      });
      await crawl.to(sink);
    },
    { clock: new VirtualClock() },
  );
  await session.close();
}
const recording = () =>
  new Session({
    transport: new MockTransport().on(
      'GET',
      /./,
      ({ url }) => WEB[url] ?? { status: 404, headers: HTML, body: 'no' },
    ),
  });
const rowsOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as PageRow), fetchedAt: '' }))
    .sort((a, b) => a.url.localeCompare(b.url));

async function inFolder(body: (at: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-warc-'));
  try {
    await body((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const test = suite('WARC 1.1');
test('records a response and its metadata for each page', () =>
  inFolder(async (at) => {
    await crawlWith(recording(), warc(at('crawl.warc')));
    const text = (await readFile(at('crawl.warc'))).toString('latin1');
    assert.is(text.match(/^WARC\/1\.1\r\n/gm)?.length, 12);
    const [head = '', http = ''] = text.split('\r\n\r\n');
    const body = Buffer.from(String((WEB['http://h.test/'] as { body: string }).body)).toString('latin1');
    for (const field of [
      'WARC-Type: response',
      'WARC-Target-URI: http://h.test/',
      'Content-Type: application/http;msgtype=response',
    ])
      assert.ok(head.includes(field), field);
    assert.match(head, /WARC-Record-ID: <urn:uuid:[0-9a-f-]{36}>/);
    assert.match(head, /WARC-Date: \d{4}-\d\d-\d\dT[\d:.]+Z/);
    assert.match(
      http,
      /^HTTP\/1\.1 200 \r\ncontent-type: text\/html; charset=utf-8\r\nx-a: b\r\ncontent-length: /,
    );
    assert.ok(text.includes(`\r\n\r\n${body}\r\n\r\nWARC/1.1\r\n`));
    assert.ok(text.includes('hopsFromSeed: 1\r\nvia: http://h.test/\r\n'));
    assert.ok(text.includes('outlink: http://h.test/image\r\n'));
    const digest = createHash('sha1').update(Buffer.from(body, 'latin1')).digest('hex');
    const base32 = /WARC-Payload-Digest: sha1:([A-Z2-7]{32})/.exec(head)?.[1] ?? '';
    const bits = [...base32].map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    );
    assert.is(
      BigInt(`0b${bits.join('')}`)
        .toString(16)
        .padStart(40, '0'),
      digest,
    );
  }));
test('runs a crawl again from its archive, with the same rows', () =>
  inFolder(async (at) => {
    await crawlWith(recording(), jsonl(at('first.jsonl')));
    await crawlWith(recording(), warc(at('crawl.warc')));
    await crawlWith(await replayWarc(at('crawl.warc')), jsonl(at('again.jsonl')));
    assert.equal(await rowsOf(at('again.jsonl')), await rowsOf(at('first.jsonl')));
    assert.is((await rowsOf(at('again.jsonl'))).length, 6);
  }));
test('fails a URL that was not recorded, once, and refuses what is no archive', () =>
  inFolder(async (at) => {
    await crawlWith(recording(), warc(at('crawl.warc')));
    const session = await replayWarc(at('crawl.warc'));
    const crawl = new Crawler({ seeds: ['http://h.test/never', 'http://h.test/a'], session, robots: false });
    const failures: string[] = [];
    await crawl.forEach(({ url }) => void failures.push(url));
    assert.equal([crawl.statistics().failures, crawl.statistics().retries], [{ network: 1 }, 0]);
    await session.close();
    await writeFile(at('x.warc'), 'WARC/1.1 but nothing more');
    for (const path of [at('x.warc'), at('none.warc')])
      await replayWarc(path).then(
        () => assert.unreachable(),
        (error: { code: string }) => assert.is(error.code, 'ERR_OXBOW_CRAWLER_SINK'),
      );
  }));
test.run();
