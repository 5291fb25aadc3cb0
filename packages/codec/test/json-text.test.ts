import { assert, suite } from '@oxbow/testkit';
import { decodeJson, encodeJson } from '../src/json-text.ts';
import { errorOf, utf8 } from './feed.ts';

const test = suite('JSON text');

test('a value is written on one line with its suffix', () => {
  assert.equal(encodeJson('x()', { a: ['é'] }, '\n'), utf8('{"a":["é"]}\n'));
});

test('what JSON has no word for is refused, with the reason', () => {
  assert.match(errorOf(() => encodeJson('x()', undefined, '')).message, /cannot encode undefined.*use null/);
  const error = errorOf(() => encodeJson('x()', { n: 1n }, ''));
  assert.instance(error.cause, TypeError);
});

test('the offset of a fault counts bytes from the start of the stream', () => {
  const error = errorOf(() => decodeJson('{"é" 1}', { where: 'x()', offset: 100, line: 4 }, undefined));
  assert.equal([error.offset, error.line], [106, 4]);
  assert.is(errorOf(() => decodeJson('["é"', { where: 'x()', offset: 100 }, undefined)).offset, 105);
});

test('what validate throws need not be an Error', () => {
  const error = errorOf(() =>
    decodeJson('1', { where: 'x()', offset: 0 }, () => {
      throw 'no';
    }),
  );
  assert.equal([error.code, error.cause], ['ERR_OXBOW_CODEC_REJECTED', 'no']);
});

test.run();
