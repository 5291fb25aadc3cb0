import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { type Endian, lengthField, type PrefixKind } from '../src/length-field.ts';
import { hex } from './feed.ts';

const test = suite('lengthField()');

test('writes the known forms', () => {
  assert.equal(lengthField('u16', 'big').write(0x1234), hex('1234'));
  assert.equal(lengthField('u16', 'little').write(0x1234), hex('3412'));
  assert.equal(lengthField('u32', 'big').write(0xfedcba98), hex('fedcba98'));
  assert.equal(lengthField('u32', 'little').write(0xfedcba98), hex('98badcfe'));
  assert.equal(lengthField('varint', 'big').write(300), hex('ac02'));
  assert.equal(lengthField('varint', 'big').write(2 ** 32 - 1), hex('ffffffff0f'));
});

test('a varint may be padded up to five bytes', () => {
  const field = lengthField('varint', 'big');
  assert.is(field.size(hex('8080808000'), 0), 5);
  assert.is(field.read(hex('8180808000'), 0, 5), 1);
  assert.is(field.size(hex('808080808000'), 0), 0);
});

test('reads what it writes, and waits for every byte of it', () => {
  const kind = fc.constantFrom<PrefixKind>('u8', 'u16', 'u32', 'varint');
  const report = fc.check(
    fc.property(
      kind,
      fc.constantFrom<Endian>('big', 'little'),
      fc.nat({ max: 2 ** 31 - 1 }),
      (form, endian, number) => {
        const field = lengthField(form, endian);
        const length = number % (field.maxLength + 1);
        const bytes = field.write(length);
        for (let held = 0; held < bytes.length; held++) assert.is(field.size(bytes.subarray(0, held), 0), -1);
        assert.is(field.size(bytes, 0), bytes.length);
        assert.is(field.read(bytes, 0, bytes.length), length);
      },
    ),
  );
  console.log(`fast-check seed ${report.seed}`);
  assert.not.ok(report.failed, fc.defaultReportMessage(report));
});

test.run();
