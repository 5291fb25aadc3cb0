import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert, suite } from '@oxbow/testkit';

const test = suite('copies of the package');

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Runs a program beside copies of the package; gives its standard error. */
async function errorsOf(
  copies: readonly string[],
  program: string,
): Promise<{ folder: string; errors: string }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'oxbow-copies-')));
  try {
    for (const copy of copies) {
      mkdirSync(join(folder, copy));
      cpSync(source, join(folder, copy, 'src'), { recursive: true });
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'main.ts'), program);
    const flags = ['--disable-warning=ExperimentalWarning', 'main.ts'];
    const { stderr } = await promisify(execFile)(process.execPath, flags, { cwd: folder });
    return { folder, errors: stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the second that makes a loop says so, once, with both places', async () => {
  const { folder, errors } = await errorsOf(
    ['one', 'two'],
    `
      import { run as runOne } from './one/src/index.ts';
      import { EventLoop, run as runTwo } from './two/src/index.ts';
      await runOne(async () => {});
      await runOne(async () => {});
      console.error('before the second');
      await runTwo(async () => {});
      new EventLoop().close();
    `,
  );
  const [before = '', after = ''] = errors.split('before the second\n');
  assert.is(before, '');
  assert.match(after, '[ERR_OXBOW_LOOP_DUPLICATE] Warning: Two copies of @oxbow/loop are in this program: ');
  assert.match(after, `${join(folder, 'one')} and ${join(folder, 'two')}.`);
  assert.is(after.split('Two copies').length, 2);
});

test('one that is only loaded says nothing', async () => {
  const { errors } = await errorsOf(
    ['one', 'two'],
    `
      import { run } from './one/src/index.ts';
      import { Queue } from './two/src/index.ts';
      await run(async () => new Queue());
    `,
  );
  assert.is(errors, '');
});

test.run();
