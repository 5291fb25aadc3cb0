import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { answer, cloneInto, command, StepError, step } from '../src/clone.ts';

const test = suite<{ parent: string }>('a clone to make a release in');

test.before.each((context) => {
  context.parent = mkdtempSync(join(tmpdir(), 'oxbow-clone-'));
});

test.after.each(({ parent }) => rmSync(parent, { recursive: true, force: true }));

test('has what is committed, the toolchain, and nothing else', async ({ parent }) => {
  const root = join(parent, 'root');
  mkdirSync(join(root, '.toolchain'), { recursive: true });
  const git = (...words: string[]) =>
    answer(root, 'git', ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...words]);
  await git('init', '--quiet');
  writeFileSync(join(root, 'committed'), '');
  await git('add', 'committed');
  await git('commit', '--quiet', '--message', 'first');
  writeFileSync(join(root, 'not-committed'), '');
  const clone = join(parent, 'clone');
  await cloneInto(root, clone);
  assert.ok(existsSync(join(clone, 'committed')));
  assert.not.ok(existsSync(join(clone, 'not-committed')));
  assert.ok(lstatSync(join(clone, '.toolchain')).isSymbolicLink());
});

test('runs the commands of its own bootstrap', async ({ parent }) => {
  mkdirSync(join(parent, 'tools/bootstrap'), { recursive: true });
  const program =
    "require('node:fs').writeFileSync('ran', [...process.argv.slice(2), process.env.INIT_CWD].join())";
  writeFileSync(
    join(parent, 'tools/bootstrap/main.mjs'),
    `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${program}\n`,
  );
  const before = process.env.INIT_CWD;
  process.env.INIT_CWD = '/somewhere/else';
  try {
    await command(parent, ['check', 'rules']);
  } finally {
    if (before === undefined) delete process.env.INIT_CWD;
    else process.env.INIT_CWD = before;
  }
  // It works in the clone, wherever npm was started.
  assert.is(readFileSync(join(parent, 'ran'), 'utf8'), 'check,rules,');
});

test('a step that fails ends the release, with its words or its exit code', async ({ parent }) => {
  const failing = ['--eval', 'process.stderr.write("no luck"); process.exitCode = 3'];
  for (const [run, words] of [
    [answer, /no luck/],
    [step, /exit code 3/],
  ] as const) {
    try {
      await run(parent, process.execPath, run === step ? ['--eval', 'process.exitCode = 3'] : failing);
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof StepError);
      assert.match((error as Error).message, words);
    }
  }
});

test.run();
