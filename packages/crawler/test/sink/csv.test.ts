import { assert, suite } from '@oxbow/testkit';
import { csv } from '../../src/sink/csv.ts';
import { withFile } from './file-sinks.ts';

const lines = async (columns: readonly string[], ...rows: unknown[]): Promise<string[]> => {
  let text = '';
  await withFile(async (path, read) => {
    const sink = csv(path, { columns });
    await sink.open(undefined);
    await sink.write(rows);
    await sink.close();
    text = await read();
  });
  return text.split('\r\n');
};

const test = suite('csv (RFC 4180)');
test('writes the columns, then the fields of each row in their order', async () => {
  assert.equal(await lines(['b', 'a'], { a: 1, b: true, c: 'no' }, {}, null), [
    'b,a',
    'true,1',
    ',',
    ',',
    '',
  ]);
});
test('quotes commas, quotes and line ends', async () => {
  assert.equal(await lines(['a'], { a: 'x,"y"' }, { a: 'l1\nl2' }), ['a', '"x,""y"""', '"l1\nl2"', '']);
});
test('joins lists by spaces and writes objects as JSON', async () => {
  assert.equal(await lines(['a'], { a: ['u', 'v'] }, { a: { b: 1 } }), ['a', 'u v', '"{""b"":1}"', '']);
});
test('keeps spreadsheets from running text as a formula, and leaves numbers alone', async () => {
  assert.equal(await lines(['a'], { a: '=1+1' }, { a: '@x' }, { a: '-x' }, { a: -1 }), [
    'a',
    "'=1+1",
    "'@x",
    "'-x",
    '-1',
    '',
  ]);
});
test('leaves signed numbers, dates and phone numbers as they are', async () => {
  const values = ['-1.5', '+49 (30) 123-45', '-1e5', '-3%', new Date(0), '+cmd|x', '-1+a'];
  assert.equal(await lines(['a'], ...values.map((a) => ({ a }))), [
    'a',
    '-1.5',
    '+49 (30) 123-45',
    '-1e5',
    '-3%',
    '1970-01-01T00:00:00.000Z',
    "'+cmd|x",
    "'-1+a",
    '',
  ]);
});
test('does not read fields off a prototype, and needs a column', async () => {
  assert.equal(await lines(['constructor'], {}), ['constructor', '', '']);
  assert.throws(() => csv('x', { columns: [] }), /at least one column/);
});
test.run();
