/** The benchmark that measures what the hooks of debug mode cost knows each of them: one that it misses would be measured on both sides. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';

const CUT = new URL('../../bench/without-hooks.ts', import.meta.url).href;
const LOOP = new URL('../../src/index.ts', import.meta.url).href;

const test = suite('the loop with its hooks cut out');

test('runs a task', async () => {
  const program = `const { createTask, run } = await import(${JSON.stringify(LOOP)});
    console.log(await run(() => createTask(async () => 'ran')));`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', CUT, '--input-type=module', '--eval', program],
    { cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (text: Buffer) => (said += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  assert.equal({ exitCode, said }, { exitCode: 0, said: 'ran\n' });
});

test.run();
