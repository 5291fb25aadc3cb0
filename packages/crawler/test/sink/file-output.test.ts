import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { assert, suite } from '@oxbow/testkit';
import { FileOutput } from '../../src/sink/file-output.ts';
import { withFile } from './file-sinks.ts';

const format = { head: 'head\n', line: (row: unknown) => `${String(row)}\n` };
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

const test = suite('FileOutput');
test('begins a new file, and appends', () =>
  withFile(async (path, read) => {
    const output = new FileOutput(path, format);
    await output.open(undefined);
    assert.is(await output.write([]), 0);
    assert.is(await output.write(['a', 'é']), 5 + 2 + 3);
    assert.is(await output.write([output.prepare('b')]), 12);
    await output.sync();
    await output.close();
    assert.is(await read(), 'head\na\né\nb\n');
  }));
test('refuses a file that is there, and touches nothing of it', () =>
  withFile(async (path, read) => {
    await writeFile(path, 'old');
    assert.is(await codeOf(new FileOutput(path, format).open(undefined)), 'ERR_OXBOW_CRAWLER_OUTPUT_EXISTS');
    assert.is(await read(), 'old');
  }));
test('takes an empty file for a new one', () =>
  withFile(async (path, read) => {
    await writeFile(path, '');
    const output = new FileOutput(path, format);
    await output.open(undefined);
    await output.close();
    assert.is(await read(), 'head\n');
  }));
test('replaces a file when told to, or when it is its own', () =>
  withFile(async (path, read) => {
    for (const [options, isOwn] of [[{ overwrite: true }, false] as const, [{}, true] as const]) {
      await writeFile(path, 'old');
      const output = new FileOutput(path, format, options);
      await output.open(undefined, isOwn);
      await output.write(['a']);
      await output.close();
      assert.is(await read(), 'head\na\n');
    }
  }));
test('writes behind a file when told to, behind a whole line, and never cuts back into it', () =>
  withFile(async (path, read) => {
    await writeFile(path, 'head\nold');
    const output = new FileOutput(path, format, { append: true });
    await output.open(undefined);
    assert.is(await output.write([]), 9);
    await output.write(['a']);
    await output.cutBack(undefined);
    await output.write(['b']);
    await output.close();
    assert.is(await read(), 'head\nold\nb\n');
    const again = new FileOutput(path, format, { append: true });
    await again.open(9);
    await again.close();
    assert.is(await read(), 'head\nold\n');
    await writeFile(path, 'other,columns\n');
    assert.is(
      await codeOf(new FileOutput(path, format, { append: true }).open(undefined)),
      'ERR_OXBOW_CRAWLER_SINK',
    );
    assert.throws(() => new FileOutput(path, format, { append: true, overwrite: true }), /not both/);
  }));
test('writes many long rows in pieces, in their order', () =>
  withFile(async (path, read) => {
    const long = 3 * 1024 * 1024;
    const output = new FileOutput(path, { head: '', line: (row) => String(row).repeat(long) });
    await output.open(undefined);
    assert.is(await output.write(['a', 'b', 'c']), 3 * long);
    await output.close();
    assert.ok((await read()) === 'a'.repeat(long) + 'b'.repeat(long) + 'c'.repeat(long));
  }));
test('goes on at a checkpoint, and removes what is behind it', () =>
  withFile(async (path, read) => {
    const first = new FileOutput(path, format);
    await first.open(undefined);
    const checkpoint = await first.write(['a']);
    await first.write(['lost']);
    await first.close();
    const second = new FileOutput(path, format);
    await second.open(checkpoint);
    await second.write(['b']);
    await second.cutBack(checkpoint);
    await second.write(['c']);
    await second.close();
    assert.is(await read(), 'head\na\nc\n');
  }));
test('cuts back to the very beginning with its head in place', () =>
  withFile(async (path, read) => {
    const output = new FileOutput(path, format);
    await output.open(undefined);
    await output.write(['a']);
    await output.cutBack(undefined);
    await output.close();
    assert.is(await read(), 'head\n');
  }));
test('refuses a file that is shorter than what was written before, or that cannot be opened', () =>
  withFile(async (path) => {
    await writeFile(path, 'short');
    assert.is(await codeOf(new FileOutput(path, format).open(6)), 'ERR_OXBOW_CRAWLER_SINK');
    assert.is(await codeOf(new FileOutput(path, format).open('x')), 'ERR_OXBOW_CRAWLER_SINK');
    assert.is(
      await codeOf(new FileOutput(`${path}/no/such`, format).open(undefined)),
      'ERR_OXBOW_CRAWLER_SINK',
    );
    assert.is(await codeOf(new FileOutput(path, format).write(['a'])), 'ERR_OXBOW_CRAWLER_SINK');
  }));
test('writes to a pipe from where it is, and refuses to take anything back', () =>
  withFile(async (path) => {
    execFileSync('mkfifo', [path]);
    const reader = readFile(path, 'utf8');
    const output = new FileOutput(path, format);
    await output.open(undefined);
    const checkpoint = await output.write(['a']);
    await output.sync();
    assert.is(await codeOf(output.cutBack(checkpoint)), 'ERR_OXBOW_CRAWLER_SINK');
    await output.close();
    assert.is(await reader, 'head\na\n');
  }));
test.run();
