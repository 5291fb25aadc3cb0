import { assert, suite } from '@oxbow/testkit';
import { FileGuard } from '../../src/browser/file-guard.ts';

const test = suite('the files of a rendered page');

const allowed = (guard: FileGuard, urls: readonly string[]) =>
  Promise.all(urls.map((url) => guard.allows(url)));

test('of a public page come from public addresses, by name and by number', async () => {
  const guard = new FileGuard(false);
  const urls = [
    'http://127.0.0.1/a.js',
    'http://localhost/a.js',
    'https://[::1]/b',
    'http://8.8.8.8/',
    'https://[2606:4700::1111]/',
  ];
  assert.equal(await allowed(guard, urls), [false, false, false, true, true]);
});

test('of a private page come from anywhere', async () => {
  assert.equal(await allowed(new FileGuard(true), ['http://127.0.0.1/a.js', 'http://10.0.0.1/']), [
    true,
    true,
  ]);
});

test('are data of the page itself, or come by HTTP', async () => {
  const urls = ['data:text/css,a{}', 'blob:http://a/1', 'file:///etc/passwd', 'ftp://a/', 'no URL'];
  assert.equal(await allowed(new FileGuard(true), urls), [true, true, false, false, false]);
});

test('whose host has no address are refused', async () => {
  assert.is(await new FileGuard(false).allows('http://no-such-host.invalid/'), false);
});

test.run();
