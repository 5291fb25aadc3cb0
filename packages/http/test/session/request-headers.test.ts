import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { hasField } from '../../src/header-fields.ts';
import { headerFields, MAX_REQUEST_FIELDS, mergeFields } from '../../src/session/request-headers.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('request headers');

test('records, pairs and Headers all become flat fields', () => {
  assert.equal(headerFields({ Accept: 'a', 'X-N': 1, 'X-U': undefined, 'X-L': ['1', '2'] }), [
    'Accept',
    'a',
    'X-N',
    '1',
    'X-L',
    '1',
    'X-L',
    '2',
  ]);
  assert.equal(headerFields([['A', 'b']]), ['A', 'b']);
  assert.equal(headerFields(new Headers({ A: 'b' })), ['a', 'b']);
  assert.equal(headerFields(undefined), []);
});

for (const value of ['a\r\nX-Evil: 1', 'a\nb', 'a\rb', 'a\0b', 'a\x7f', '\u0100', 'snow☃']) {
  test(`the value ${JSON.stringify(value)} is refused and not shown`, () => {
    const error = thrownBy(() => headerFields({ 'X-A': value }));
    assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_HEADER');
    assert.not.match(error.message, value);
  });
}

for (const name of ['', 'a b', 'a:', 'a\r\n', 'ä', '(x)', 'a\0']) {
  test(`the name ${JSON.stringify(name)} is refused`, () => {
    assert.is(thrownBy(() => headerFields({ [name]: 'x' })).code, 'ERR_OXBOW_HTTP_INVALID_HEADER');
  });
}

for (const name of ['Transfer-Encoding', 'content-length', 'Connection', 'Upgrade', 'Expect', 'Keep-Alive']) {
  test(`${name} belongs to the connection`, () => {
    assert.is(thrownBy(() => headerFields({ [name]: 'x' })).code, 'ERR_OXBOW_HTTP_RESERVED_HEADER');
  });
}

test('Latin-1, tabs and spaces inside are fine', () => {
  assert.equal(headerFields({ A: 'é\t x' }), ['A', 'é\t x']);
});

test('no accepted field can break out of its line', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, value) => {
      let fields: string[];
      try {
        fields = headerFields({ [name]: value });
      } catch {
        return;
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      assert.not.match(fields.join(''), /[\r\n\x00]/);
    }),
  );
});

test('a request has a bounded number of fields', () => {
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, '1']));
  assert.is(headerFields(fields(MAX_REQUEST_FIELDS)).length, MAX_REQUEST_FIELDS * 2);
  assert.is(
    thrownBy(() => headerFields(fields(MAX_REQUEST_FIELDS + 1))).code,
    'ERR_OXBOW_HTTP_TOO_MANY_HEADERS',
  );
});

test('a polluted Object.prototype adds no header', () => {
  Object.defineProperty(Object.prototype, 'x-evil', { value: '1', configurable: true, enumerable: true });
  try {
    assert.equal(headerFields({ a: 'b' }), ['a', 'b']);
  } finally {
    delete (Object.prototype as Record<string, unknown>)['x-evil'];
  }
});

test("a request's field replaces the session's of the same name", () => {
  assert.equal(mergeFields(['Accept', 'x', 'A', '1'], ['ACCEPT', 'y']), ['A', '1', 'ACCEPT', 'y']);
});

test('without fields of its own a request shares those of the session', () => {
  const defaults = ['a', 'b'];
  assert.is(mergeFields(defaults, []), defaults);
});

test('fields are found in any case', () => {
  assert.ok(hasField(['Set-Thing', 'x'], 'set-thing'));
  assert.not(hasField(['Set-Thing', 'x'], 'thing'));
});

test.run();
