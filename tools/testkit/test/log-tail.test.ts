import { assert, suite } from '@oxbow/testkit';
import { LogTail } from '../src/log-tail.ts';

const test = suite('LogTail');

test('keeps everything up to its bound', () => {
  const log = new LogTail(4);
  log.write(Buffer.from('ab'));
  log.write(Buffer.from('cd'));
  assert.is(log.text(), 'abcd');
});

test('drops the oldest chunk once the rest fills the bound, and says how much is missing', () => {
  const log = new LogTail(4);
  for (const chunk of ['ab', 'cd', 'ef']) log.write(Buffer.from(chunk));
  assert.is(log.text(), '[2 earlier bytes left out]\ncdef');
});

test('keeps a single chunk beyond the bound whole', () => {
  const log = new LogTail(2);
  log.write(Buffer.from('abcd'));
  assert.is(log.text(), 'abcd');
});

test.run();
