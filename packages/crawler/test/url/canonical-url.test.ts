import { assert, suite } from '@oxbow/testkit';
import { canonicalUrl, hostOf, MAX_URL_CHARS, originOf } from '../../src/url/canonical-url.ts';

const test = suite('canonicalUrl');
test('is the WHATWG form without fragment and credentials', () => {
  assert.is(canonicalUrl('HTTP://User:pw@Ex%41mple.ORG:80/a/./b/../c?q=1#f'), 'http://example.org/a/c?q=1');
  assert.is(canonicalUrl('https://bücher.de'), 'https://xn--bcher-kva.de/');
  assert.is(canonicalUrl('http://h/a#'), 'http://h/a');
  assert.is(canonicalUrl('http://h/a?'), 'http://h/a?');
});
test('resolves a reference against a base', () => {
  assert.is(canonicalUrl('../x', { base: 'http://h/a/b/c' }), 'http://h/a/x');
  assert.is(canonicalUrl('//o\\p', { base: 'https://h/' }), 'https://o/p');
});
test('is undefined for other schemes and what is no URL', () => {
  for (const input of ['mailto:a@b', 'javascript:0', 'file:///x', 'http://', 'x'])
    assert.is(canonicalUrl(input), undefined);
});
test('takes 2,083 characters and not 2,084', () => {
  const fits = `http://h/${'a'.repeat(MAX_URL_CHARS - 'http://h/'.length)}`;
  assert.is(canonicalUrl(fits), fits);
  assert.is(canonicalUrl(`${fits}a`), undefined);
});
test('keeps the order of a query unless asked to sort it', () => {
  assert.is(canonicalUrl('http://h/?b=1&a=2'), 'http://h/?b=1&a=2');
  assert.is(canonicalUrl('http://h/?b=1&a=2', { query: 'sort' }), 'http://h/?a=2&b=1');
});
test('splits origin and host off a canonical URL as URL does', () => {
  for (const url of ['http://h/', 'https://h:8443/a?b', 'http://[::1]:80/', 'http://127.0.0.1:9/x']) {
    const canonical = canonicalUrl(url)!;
    assert.is(originOf(canonical), new URL(url).origin);
    assert.is(hostOf(canonical), new URL(url).host);
  }
});
test.run();
