import { assert, suite } from '@oxbow/testkit';
import { CloseCode, isWireCloseCode } from '../../src/protocol/close-code.ts';

const test = suite('§7.4 status codes');

test('1000–1003, 1007–1014 and 3000–4999 may travel, nothing else', () => {
  const allowed: number[] = [];
  for (let code = 0; code < 6_000; code += 1) if (isWireCloseCode(code)) allowed.push(code);
  const expected = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  assert.equal(allowed.slice(0, expected.length), expected);
  assert.equal(
    [allowed[expected.length], allowed.at(-1), allowed.length],
    [3000, 4999, expected.length + 2_000],
  );
});

test('a fraction and a NaN are no codes', () => {
  assert.is(isWireCloseCode(1000.5), false);
  assert.is(isWireCloseCode(Number.NaN), false);
});

test('every named code may travel, but for the two that stand for the lack of one', () => {
  for (const [name, code] of Object.entries(CloseCode)) {
    assert.is(isWireCloseCode(code), name !== 'NO_STATUS' && name !== 'ABNORMAL', name);
  }
});

test.run();
