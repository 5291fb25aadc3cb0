import { assert, suite } from '@oxbow/testkit';
import {
  parseNoProxy,
  parseProxy,
  proxyAuthorization,
  proxyChoice,
  proxyFromEnvironment,
} from '../../src/transport/proxy-settings.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('proxy settings');

for (const [text, protocol, hostname, port] of [
  ['http://proxy.test:3128', 'http:', 'proxy.test', 3128],
  ['proxy.test:3128', 'http:', 'proxy.test', 3128],
  ['proxy.test', 'http:', 'proxy.test', 80],
  ['https://proxy.test', 'https:', 'proxy.test', 443],
  ['https://proxy.test:80', 'https:', 'proxy.test', 80],
  ['socks5://[::1]:9050/', 'socks5:', '::1', 9050],
  ['socks5h://127.0.0.1', 'socks5h:', '127.0.0.1', 1080],
  ['SOCKS://h', 'socks5:', 'h', 1080],
] as const) {
  test(`${text} is ${protocol}//${hostname} at ${port}`, () => {
    const proxy = parseProxy(text, 'it');
    assert.equal([proxy.protocol, proxy.hostname, proxy.port], [protocol, hostname, port]);
  });
}

test('credentials are split off, decoded, and never in a message', () => {
  const proxy = parseProxy('http://us%40er:pa%3Ass@proxy.test', 'it');
  assert.equal([proxy.username, proxy.password], ['us@er', 'pa:ss']);
  assert.is(proxyAuthorization(proxy), `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`);
  assert.is(proxyAuthorization(parseProxy('proxy.test', 'it')), undefined);
  for (const bad of ['ftp://user:hunter2@proxy.test', 'http://user:hunter2@', 'http://user:hunter2@a b']) {
    const error = thrownBy(() => parseProxy(bad, 'HTTP_PROXY'));
    assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_PROXY');
    assert.not.match(error.message, 'hunter2');
  }
});

for (const [list, url, direct] of [
  ['example.org', 'http://example.org/', true],
  ['example.org', 'http://EXAMPLE.org./', true],
  ['example.org', 'http://www.example.org/', true],
  ['.example.org', 'http://www.example.org/', true],
  ['*.example.org', 'http://www.example.org/', true],
  ['example.org', 'http://notexample.org/', false],
  ['example.org', 'http://example.org.evil.test/', false],
  ['example.org:8080', 'http://example.org:8080/', true],
  ['example.org:8080', 'http://example.org/', false],
  ['example.org:443', 'https://example.org/', true],
  ['a, b;c  example.org', 'http://example.org/', true],
  ['*', 'http://anything.test/', true],
  ['localhost', 'http://localhost./', true],
  ['localhost', 'http://127.0.0.1/', true],
  ['localhost', 'http://[::1]/', true],
  ['127.0.0.1', 'http://localhost/', true],
  ['127.0.0.1', 'http://127.1.2.3/', true],
  ['127.0.0.1', 'http://2130706433/', true],
  ['127.0.0.1', 'http://[::ffff:127.0.0.1]/', true],
  ['::1', 'http://localhost/', true],
  ['[::1]:80', 'http://[::1]/', true],
  ['192.0.2.1', 'http://192.0.2.1/', true],
  ['192.0.2.1', 'http://192.0.2.10/', false],
  ['10.0.0.0/8', 'http://10.9.8.7/', true],
  ['10.0.0.0/8', 'http://11.0.0.1/', false],
  ['10.0.0.0/8', 'http://[::ffff:10.1.1.1]/', true],
  ['fe80::/10', 'http://[fe80::1]/', true],
  ['10.0.0.0/99', 'http://10.0.0.1/', false],
  ['2.1', 'http://192.0.2.1/', false],
  ['', 'http://example.org/', false],
  ['münchen.de', 'http://xn--mnchen-3ya.de/', true],
] as const) {
  test(`NO_PROXY=${list} ${direct ? 'lets' : 'does not let'} ${url} go directly`, () => {
    assert.is(parseNoProxy(list)(new URL(url)), direct);
  });
}

test('the environment: by scheme, lower case first, ALL_PROXY for what has none', () => {
  const choose = proxyFromEnvironment({
    HTTP_PROXY: 'http://upper:1',
    http_proxy: 'http://lower:1',
    ALL_PROXY: 'socks5://all:1',
    NO_PROXY: 'direct.test',
  });
  assert.is(choose?.(new URL('http://a.test'))?.hostname, 'lower');
  assert.is(choose?.(new URL('https://a.test'))?.hostname, 'all');
  assert.is(choose?.(new URL('https://direct.test')), undefined);
  assert.is(proxyFromEnvironment({}), undefined);
  assert.is(proxyFromEnvironment({ HTTPS_PROXY: 'h' })?.(new URL('http://a.test')), undefined);
});

test('in a CGI program HTTP_PROXY is what a client sent (CVE-2016-5385)', () => {
  assert.is(proxyFromEnvironment({ REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil:1' }), undefined);
  const choose = proxyFromEnvironment({ REQUEST_METHOD: 'GET', http_proxy: 'http://good:1' });
  assert.is(choose?.(new URL('http://a.test'))?.hostname, 'good');
});

test('the option: a URL, exceptions, the environment, none', () => {
  const env = { HTTP_PROXY: 'http://env:1' };
  const host = (given: Parameters<typeof proxyChoice>[0]) =>
    proxyChoice(given, env)?.(new URL('http://a.test'))?.hostname;
  assert.is(host(undefined), 'env');
  assert.is(host('environment'), 'env');
  assert.is(host(false), undefined);
  assert.is(host('http://own:1'), 'own');
  assert.is(host({ url: new URL('http://own:1') }), 'own');
  assert.is(host({ url: 'http://own:1', noProxy: ['b.test', 'a.test'] }), undefined);
  assert.is(thrownBy(() => proxyChoice({} as never, {})).code, 'ERR_OXBOW_HTTP_INVALID_PROXY');
});

test.run();
