import { assert, suite } from '@oxbow/testkit';
import { RecordIds } from '../../src/msgpack/record-ids.ts';

const test = suite('RecordIds');

test('an id belongs to the same names in the same order, and to nothing else', () => {
  const ids = new RecordIds();
  assert.is(ids.find(['a', 'b']), 0);
  assert.is(ids.define(['a', 'b']), 0x40);
  assert.is(ids.define(['a']), 0x41);
  assert.is(ids.define([]), 0x42);
  assert.is(ids.define(['b', 'a']), 0x43);
  for (let round = 0; round < 2; round++) {
    assert.equal(
      [['a', 'b'], ['a'], [], ['b', 'a']].map((names) => ids.find(names)),
      [0x40, 0x41, 0x42, 0x43],
    );
    assert.equal(
      [['b'], ['a', 'b', 'c'], ['ab']].map((names) => ids.find(names)),
      [0, 0, 0],
    );
  }
});

test('the 65th shape starts anew', () => {
  const ids = new RecordIds();
  for (let index = 0; index < 64; index++) assert.is(ids.define([`k${index}`]), 0x40 + index);
  assert.is(ids.find(['k0']), 0x40);
  assert.is(ids.define(['k64']), 0x40);
  assert.equal([ids.find(['k0']), ids.find(['k63']), ids.find(['k64'])], [0, 0, 0x40]);
});

test('what was forgotten is defined again', () => {
  const ids = new RecordIds();
  ids.define(['a']);
  ids.forget();
  assert.is(ids.find(['a']), 0);
  assert.is(ids.define(['b']), 0x40);
});

test.run();
