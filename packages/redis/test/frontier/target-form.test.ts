import type { CrawlTarget } from '@oxbow/crawler';
import { assert, suite } from '@oxbow/testkit';
import { hostOf, TargetForm, targetOf } from '../../src/frontier/target-form.ts';

const test = suite('the form of a target');
const form = new TargetForm('secret', 1024);

/** Through the store and back: the script puts host, priority and depth before the body. */
function thereAndBack(target: CrawlTarget) {
  const { host, priority, depth, body } = form.form(target.url, target);
  return targetOf('t', [host, priority, depth, body].join('\t'));
}

test('comes back as it was, with its own host left out', () => {
  const target = { url: 'https://h:8443/a?b=c', depth: 3, referrer: 'https://h:8443/', priority: -1.5 };
  const { body } = form.form(target.url, target);
  assert.is(body, '1\t["s/a?b=c","s/"]');
  assert.equal(thereAndBack(target), {
    ...target,
    token: 't',
    redirects: 0,
    validators: null,
    purpose: 'page',
    mayBePrivate: false,
    redirectedFrom: null,
    data: undefined,
    attempt: 1,
  });
});

test('keeps what is not the default', () => {
  const target = {
    url: 'http://h/a',
    referrer: 'https://other/',
    redirects: 2,
    redirectedFrom: 'http://h/r',
    mayBePrivate: true,
    purpose: 'sitemap' as const,
    validators: { etag: '"x"', lastModified: null },
    data: { tab: 'a\tb', n: [1] },
  };
  const back = thereAndBack(target);
  assert.equal({ ...back, ...target }, back);
});

test('is known by a fingerprint that depends on the secret, and in a bucket', () => {
  const { bucket, fingerprint } = form.mark('http://h/');
  assert.equal(form.mark('http://h/'), { bucket, fingerprint });
  assert.is.not(new TargetForm('other', 1024).mark('http://h/').fingerprint, fingerprint);
  assert.ok(Number(bucket) < 1024);
  assert.ok(BigInt(fingerprint) >= -(2n ** 63n) && BigInt(fingerprint) < 2n ** 63n);
});

test('offers again by a mark before the fingerprint', () => {
  assert.is(form.form('http://h/', { url: 'http://h/', again: true }).fingerprint[0], '!');
});

test('takes http(s) URLs up to their longest, in canonical form', () => {
  const long = `http://h/${'x'.repeat(2083 - 9)}`;
  assert.equal(
    ['HTTP://H:80/a#x', 'mailto:x@y', 'nonsense', long, `${long}x`, 'http://h'].map((url) =>
      form.canonical(url),
    ),
    ['http://h/a', undefined, undefined, long, undefined, 'http://h/'],
  );
});

test('begins with its URL, also where another begins alike', () => {
  const { body } = form.form('http://h/a', { url: 'http://h/a' });
  assert.ok(body.slice(2).startsWith(form.bodyStart('http://h/a')));
  assert.not.ok(
    form.form('http://h/ab', { url: 'http://h/ab' }).body.slice(2).startsWith(form.bodyStart('http://h/a')),
  );
});

test('knows the host of a URL', () => {
  assert.equal(['http://h:8080/a/b', 'https://h'].map(hostOf), ['h:8080', 'h']);
});

test.run();
