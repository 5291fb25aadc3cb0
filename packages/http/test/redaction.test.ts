import { assert, suite } from '@oxbow/testkit';
import { redactUrl } from '../src/redaction.ts';

const test = suite('redacted URLs');

for (const [url, shown] of [
  ['https://user:pass@a.test/x', 'https://a.test/x'],
  ['https://user@a.test/', 'https://a.test/'],
  ['https://a:b@c@a.test/', 'https://a.test/'],
  ['https://a.test/?token=s&x=1', 'https://a.test/?token=***&x=1'],
  ['https://a.test/?x=1&access_token=s#f', 'https://a.test/?x=1&access_token=***#f'],
  [
    'https://a.test/?API-KEY=s&sig=s&code=s&password=s',
    'https://a.test/?API-KEY=***&sig=***&code=***&password=***',
  ],
  ['https://a.test/?X-Amz-Signature=s', 'https://a.test/?X-Amz-Signature=***'],
  ['https://a.test/?monkey=1&author=x&page=2', 'https://a.test/?monkey=1&author=x&page=2'],
  ['/relative?key=s', '/relative?key=***'],
  ['', ''],
] as const) {
  test(`${url} is shown as ${shown}`, () => {
    assert.is(redactUrl(url), shown);
  });
}

test('a long URL is cut', () => {
  assert.is(redactUrl(`https://a.test/${'x'.repeat(1000)}`).length, 301);
});

test.run();
