import { assert, suite } from '@oxbow/testkit';
import { isSameSite, siteOf } from '../../src/url/site.ts';

const test = suite('site of a URL');
test('is its registrable domain, by the public suffix list, private suffixes included', () => {
  assert.is(siteOf('https://www.a.example.co.uk:8443/x'), 'example.co.uk');
  assert.is(siteOf('http://me.github.io/'), 'me.github.io');
  assert.is(siteOf('http://www.h.test/'), 'h.test');
});
test('is the host name where there is none', () => {
  assert.is(siteOf('http://127.0.0.1:81/'), '127.0.0.1');
  assert.is(siteOf('http://localhost/'), 'localhost');
  assert.is(siteOf('http://[::1]/'), '[::1]');
});
test('does not look at scheme or port', () => {
  assert.ok(isSameSite('http://h.test/', 'https://www.h.test:444/'));
  assert.not.ok(isSameSite('http://h.test/', 'http://o.test/'));
  assert.not.ok(isSameSite('http://a.github.io/', 'http://b.github.io/'));
});
test.run();
