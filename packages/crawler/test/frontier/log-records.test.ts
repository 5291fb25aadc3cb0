import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { newEntry } from '../../src/frontier/entry.ts';
import {
  entryAt,
  hostAt,
  RecordWriter,
  recordBytes,
  referrerDistance,
  referrerOf,
  settledAt,
  textAt,
  UNIT_BYTES,
  urlHead,
} from '../../src/frontier/log-records.ts';

const target = fc.record(
  {
    url: fc.webUrl().map((url) => url.slice(0, 2083)),
    depth: fc.nat(1_000_000),
    referrer: fc.option(fc.constantFrom('http://a/', 'http://a/über', `http://b/${'x'.repeat(300)}`)),
    priority: fc.constantFrom(0, 5, -1.5, 1e9),
    redirects: fc.nat(10),
    validators: fc.option(fc.record({ etag: fc.option(fc.string()), lastModified: fc.option(fc.string()) })),
    purpose: fc.constantFrom('page' as const, 'sitemap' as const),
    mayBePrivate: fc.boolean(),
    redirectedFrom: fc.option(fc.constant('http://r/')),
    data: fc.option(fc.jsonValue(), { nil: undefined }),
  },
  { noNullPrototype: true },
);

const test = suite('log records');
test('give every URL back as it was written, referrers shared with a record before included', () => {
  fc.assert(
    fc.property(fc.array(target, { minLength: 1, maxLength: 20 }), (targets) => {
      const writer = new RecordWriter(16);
      const written = targets.map((each, index) => {
        const entry = {
          ...newEntry(each),
          attempt: 1 + index,
          notBeforeMs: index % 2 === 0 ? 0 : 1e12 + index,
        };
        return { entry, at: writer.url(entry, [index, ~index >>> 0], 7 * index) };
      });
      const bytes = writer.take();
      let next = 16;
      for (const [index, { entry, at }] of written.entries()) {
        assert.is(at, next);
        assert.is(at % UNIT_BYTES, 0);
        const near = at - referrerDistance(bytes, at) * UNIT_BYTES;
        const read = entryAt(bytes, at, 0, referrerOf(bytes, near));
        // What JSON cannot tell apart is the same to whoever gets it.
        assert.equal(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(entry)));
        const { fingerprint, replaces } = urlHead(bytes, at);
        assert.equal([fingerprint, replaces], [[index, ~index >>> 0], 7 * index]);
        next += recordBytes(bytes, at);
      }
      assert.is(next, bytes.length);
    }),
  );
});
test('give ends, hosts and texts back, each where the one before ends', () => {
  const writer = new RecordWriter(0);
  const failure = { reason: 'network', message: 'refused, ünd so' };
  writer.settled({ outcome: 'done', place: 4_000_000_000, fingerprint: [1, 2], failure: null });
  writer.settled({ outcome: 'failed', place: 8, fingerprint: [3, 0xffff_ffff], failure });
  writer.host('h:8080', { delayMs: 1.5, pausedUntilMs: 1e12 });
  writer.text('ledger', '{"ü":1}');
  const bytes = writer.written;
  const second = recordBytes(bytes, 0);
  const third = second + recordBytes(bytes, second);
  const fourth = third + recordBytes(bytes, third);
  assert.equal(settledAt(bytes, 0), {
    outcome: 'done',
    place: 4_000_000_000,
    fingerprint: [1, 2],
    failure: null,
  });
  assert.equal(settledAt(bytes, second), {
    outcome: 'failed',
    place: 8,
    fingerprint: [3, 0xffff_ffff],
    failure,
  });
  assert.equal(hostAt(bytes, third), { name: 'h:8080', delayMs: 1.5, pausedUntilMs: 1e12 });
  assert.is(textAt(bytes, fourth), '{"ü":1}');
  assert.is(fourth + recordBytes(bytes, fourth), bytes.length);
});
test('write a referrer once for the records of a page, and each of them short', () => {
  const writer = new RecordWriter(0);
  const referrer = `http://h/${'long/'.repeat(50)}`;
  const lengths = ['http://h/1', 'http://h/2'].map((url) => {
    const before = writer.length;
    writer.url(newEntry({ url, referrer }), [1, 2], 0);
    return writer.length - before;
  });
  assert.ok(lengths[0]! > 250);
  assert.is(lengths[1], 56);
});
test('refuse a kind that is none', () => {
  assert.throws(() => recordBytes(Buffer.from([9, 0, 0, 0, 0, 0, 0, 0]), 0), /kind 9/);
});
test.run();
