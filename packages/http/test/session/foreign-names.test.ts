import { assert, suite } from '@oxbow/testkit';
import { type RequestOptions, Session, type SessionOptions } from '../../src/index.ts';
import { checkOptionNames } from '../../src/session/foreign-names.ts';
import { requestOptions } from '../../src/session/request-options.ts';
import { resolveLimits } from '../../src/session/session-options.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('names from elsewhere');

for (const [name, ours] of Object.entries({
  params: 'query',
  searchParams: 'query',
  data: 'form',
  files: 'FormData',
  allow_redirects: 'redirect',
  followRedirect: 'redirect',
  timeout: 'timeoutMs',
})) {
  test(`a request option ${name} is refused with the name we use: ${ours}`, () => {
    const error = thrownBy(() => requestOptions({ [name]: 1 } as RequestOptions));
    assert.is(error.code, 'ERR_OXBOW_UNKNOWN_OPTION');
    assert.match(error.message, `"${name}"`);
    assert.match(error.message, ours);
  });
}

for (const [name, ours] of Object.entries({ prefixUrl: 'baseUrl', proxies: 'proxy', jar: 'cookies' })) {
  test(`a session option ${name} is refused with the name we use: ${ours}`, () => {
    const error = thrownBy(() => new Session({ [name]: 1 } as SessionOptions));
    assert.is(error.code, 'ERR_OXBOW_UNKNOWN_OPTION');
    assert.match(error.message, ours);
  });
}

test('one word for one limit', () => {
  assert.match(thrownBy(() => resolveLimits({ perHost: 3 } as object)).message, 'perOrigin');
});

test('any other name is refused with the nearest known one', () => {
  assert.match(thrownBy(() => checkOptionNames({ heders: 1 }, ['headers'], 'it')).message, '"headers"');
});

test.run();
