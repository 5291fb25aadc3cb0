import { assert, suite } from '@oxbow/testkit';
import type { MockTransport } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { within } from './within.ts';

const test = suite('session.pages');

const linked = (mock: MockTransport) => {
  for (let page = 1; page <= 4; page++) {
    const headers: Record<string, string> = page < 4 ? { link: `</list?page=${page + 1}>; rel="next"` } : {};
    mock.on('GET', `http://a.test/list?page=${page}`, { headers, body: `page ${page}` });
  }
  mock.on('GET', 'http://a.test/circle', { headers: { link: '</circle>; rel=next' }, body: 'again' });
  mock.on('GET', 'http://a.test/away', { headers: { link: '<http://b.test/>; rel=next' }, body: 'here' });
};

test(
  'follows the links, with the query of the first page on that one only',
  within(linked, {}, async (session, mock) => {
    const texts: string[] = [];
    for await (const page of session.pages('http://a.test/list', { query: { page: 1 } }))
      texts.push(await page.text());
    assert.equal(texts, ['page 1', 'page 2', 'page 3', 'page 4']);
    assert.is(mock.requests.length, 4);
  }),
);

test(
  'ends at maxPages, and when it is left',
  within(linked, {}, async (session) => {
    const pages = session.pages('http://a.test/circle', { maxPages: 3 });
    let count = 0;
    for await (const page of pages) {
      await page.text();
      count++;
    }
    assert.is(count, 3);
    for await (const _ of session.pages('http://a.test/circle')) break;
    assert.throws(() => session.pages('http://a.test/', { maxPages: 0 }), /maxPages/);
  }),
);

test(
  'a next page of another origin is refused',
  within(linked, {}, async (session) => {
    const error = await rejectionOf(session.pages('http://a.test/away').next());
    assert.is(error.code, 'ERR_OXBOW_HTTP_ORIGIN_NOT_ALLOWED');
  }),
);

test(
  'where the next page is may be said by a function',
  within(linked, {}, async (session) => {
    const pages = session.pages('http://a.test/list?page=1', {
      next: ({ url }) => (url.endsWith('1') ? 'http://a.test/list?page=3' : undefined),
    });
    const seen: (string | undefined)[] = [];
    for await (const { url } of pages) seen.push(url.at(-1));
    assert.equal(seen, ['1', '3']);
  }),
);

test.run();
