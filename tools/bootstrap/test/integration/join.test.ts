// covers: join.mjs
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';

const JOIN = fileURLToPath(new URL('../../join.mjs', import.meta.url));

const test = suite<{ folder: string }>('the joined form of a package', { folder: '' });

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'oxbow-join-'));
});

test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** Writes the sources of a package with two doors, joins it, and gives what came of it. */
async function joined(
  folder: string,
  sources: Readonly<Record<string, string>>,
): Promise<{ readonly files: readonly string[]; readonly exitCode: number | null; readonly said: string }> {
  const manifest = {
    name: 'made-up',
    type: 'module',
    publishConfig: {
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './inner': { types: './dist/inner/door.d.ts', default: './dist/inner/door.js' },
      },
    },
  };
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...sources })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', JOIN], { cwd: folder });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (text: Buffer) => (said += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
  return { files: files.filter((name) => name.endsWith('.js')).sort(), exitCode, said };
}

const SOURCES = {
  'src/index.ts':
    "export { add } from './add.ts';\nexport const lazy = (): Promise<unknown> => import('./lazy.ts');\n",
  'src/inner/door.ts': "export { add as plus } from '../add.ts';\n",
  'src/add.ts':
    "import type { Sum } from './types.ts';\nexport const add = (a: number, b: number): Sum => a + b;\n",
  'src/types.ts': 'export type Sum = number;\n',
  'src/lazy.ts': 'export const late: boolean = true;\n',
  'src/work/worker.ts': "import { done } from './done.ts';\ndone();\n",
  'src/work/done.ts': 'export function done(): void {}\n',
};

test('has a file for each door, for what they share, for what is imported late and for what is started', async ({
  folder,
}) => {
  mkdirSync(join(folder, 'dist/old'), { recursive: true });
  writeFileSync(join(folder, 'dist/old/gone.js'), '');
  const { files, exitCode, said } = await joined(folder, SOURCES);
  assert.is(exitCode, 0, said);
  const names = files.map((name) => name.replace(/-[\w-]{8}\.js$/, '.js'));
  assert.equal(names, ['index.js', 'inner/door.js', 'shared.js', 'shared.js', 'worker.js']);
  const door = readFileSync(join(folder, 'dist/inner/door.js'), 'utf8');
  assert.match(door, /from '\.\.\/shared-/);
});

test('refuses a file in a folder that asks for its own URL', async ({ folder }) => {
  const { exitCode, said } = await joined(folder, {
    ...SOURCES,
    'src/inner/door.ts': "export const here = new URL('./worker.js', import.meta.url);\n",
  });
  assert.is(exitCode, 1);
  assert.match(said, /dist\/inner\/door\.js asks for its own URL/);
});

test.run();
