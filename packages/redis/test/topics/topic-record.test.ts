import { assert, suite } from '@oxbow/testkit';
import { placed, readBatch, readPlaces, readRecord, writeRecord } from '../../src/topics/topic-record.ts';

const test = suite('how messages of topics look on the server');

const RECORDS = [
  { data: 'grüße\n:' },
  { data: '' },
  { data: Uint8Array.of(0, 255, 10, 58) },
  { data: new Uint8Array(0) },
  { data: 'text', except: ['one', 'two\n'] },
  { data: Uint8Array.of(10, 10), except: ['ü'] },
];

test('a record is read as it was written', () => {
  for (const record of RECORDS) assert.equal(readRecord(writeRecord(record)), record);
  assert.equal(readRecord(writeRecord({ data: 'for all', except: [] })), { data: 'for all' });
});

test('what is read does not share memory with what came', () => {
  const bytes = writeRecord({ data: Uint8Array.of(1) });
  const { data } = readRecord(bytes);
  bytes.fill(9);
  assert.equal(data, Uint8Array.of(1));
});

test('a batch is its first place and its records', () => {
  const bytes = Buffer.concat([Buffer.from('e.1:7:'), ...RECORDS.map(writeRecord)]);
  assert.equal(readBatch(bytes), { epoch: 'e.1', offset: 7, records: RECORDS });
});

test('what is no batch, or a part of one, is none', () => {
  const whole = Buffer.concat([Buffer.from('e:7:'), writeRecord({ data: 'text' })]);
  for (let end = 5; end < whole.length; end += 1)
    assert.is(readBatch(whole.subarray(0, end)), undefined, String(end));
  for (const words of ['', 'hello', ':1:', 'e:x:', 'e:1'])
    assert.is(readBatch(Buffer.from(words)), undefined, words);
});

test('places are read in their order; a record at its place is a message', () => {
  assert.equal(readPlaces('a=1 b=20'), [
    { epoch: 'a', offset: 1 },
    { epoch: 'b', offset: 20 },
  ]);
  assert.equal(placed('t', { epoch: 'a', offset: 1 }, { data: 'x', except: ['y'] }), {
    topic: 't',
    epoch: 'a',
    offset: 1,
    data: 'x',
    except: ['y'],
  });
});

test.run();
