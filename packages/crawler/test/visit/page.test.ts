import { assert, suite } from '@oxbow/testkit';
import { Page, type PageInit } from '../../src/visit/page.ts';

const page = (init: Partial<PageInit>) =>
  new Page({
    url: 'http://h/',
    status: 200,
    depth: 0,
    title: 't',
    links: [],
    contentType: 'text/html',
    bytes: 0,
    fetchedAt: '2026-01-01T00:00:00.000Z',
    referrer: null,
    headers: {},
    body: new Uint8Array(),
    charset: null,
    canonical: null,
    refresh: null,
    redirectTo: null,
    isTruncated: false,
    elapsedMs: 1,
    attempt: 1,
    ...init,
  });

const test = suite('Page');
test('writes its nine fields in order', () => {
  const keys = ['url', 'status', 'depth', 'title', 'links', 'contentType', 'bytes', 'fetchedAt', 'referrer'];
  assert.equal(Object.keys(page({}).row()), keys);
  assert.equal(Object.keys(JSON.parse(JSON.stringify(page({})))), keys);
});
test('decodes its text by the encoding of the HTML, then of the header, then UTF-8', () => {
  const body = Buffer.from([0xe9]);
  assert.is(page({ body, charset: 'windows-1251' }).text(), 'й');
  assert.is(page({ body, contentType: 'text/plain; charset=latin1' }).text(), 'é');
  assert.is(page({ body: Buffer.from('é'), contentType: 'text/plain' }).text(), 'é');
  assert.is(page({ body, charset: 'replacement' }).text(), '\ufffd');
});
test('gives the validators of a 2xx answer, and none for others', () => {
  const headers = { etag: '"x"' };
  assert.equal(page({ headers }).validators, { etag: '"x"', lastModified: null });
  assert.is(page({ headers, status: 304 }).validators, undefined);
});
test.run();
