import { assert, suite } from '@oxbow/testkit';
import {
  isRecordShape,
  isRecordSize,
  MAX_RECORD_FIELDS,
  MAX_RECORD_NAME_BYTES,
} from '../../src/msgpack/record-shape.ts';

const test = suite('record shape');

test('128 fields are a record, 129 are not', () => {
  assert.ok(isRecordSize(MAX_RECORD_FIELDS, 0));
  assert.not.ok(isRecordSize(MAX_RECORD_FIELDS + 1, 0));
});

test('names count as if every unit took three bytes, and each its header', () => {
  const most = Math.floor((MAX_RECORD_NAME_BYTES - 5) / 3);
  assert.ok(isRecordSize(1, most));
  assert.not.ok(isRecordSize(1, most + 1));
  assert.ok(isRecordShape({ ['é'.repeat(most)]: 1 }));
  assert.not.ok(isRecordShape({ ['é'.repeat(most + 1)]: 1 }));
});

test('an object with the reserved key is none', () => {
  assert.not.ok(isRecordShape({ __keys__: 1 }));
  assert.ok(isRecordShape({ keys: 1 }));
});

test.run();
