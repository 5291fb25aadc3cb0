// What an editor offers after `task.`: the members that the published types declare, and no name of the inside.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert, suite } from '@oxbow/testkit';

const test = suite('the published types');

const execute = promisify(execFile);
const folder = fileURLToPath(new URL('../../', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');

/** Names of the inside that stood in the types once, and others of their kind. */
const INTERNAL = [
  'unwindOnWake',
  'unwindTo',
  'waitingOn',
  'addWait',
  'progress',
  'outcome',
  'settle',
  'around',
  'registry',
];

/** The classes of the door, with the file each is declared in. */
const CLASSES = [
  'task/operation',
  'task/op',
  'task/future',
  'task/task',
  'task/cancel-scope',
  'task/task-group',
]
  .concat(['sync/queue', 'sync/lock', 'sync/event', 'sync/condition', 'scheduler/event-loop'])
  .map((name) => `${name}.d.ts`);

test('declare no internal name in the classes of the door', async () => {
  const out = await mkdtemp(join(tmpdir(), 'oxbow-types-'));
  try {
    const tsc = join(compiler, '../bin/tsc');
    const options = ['--outDir', out, '--tsBuildInfoFile', join(out, 'info'), '--emitDeclarationOnly'];
    await execute(process.execPath, [tsc, '-p', join(folder, 'tsconfig.build.json'), ...options]);
    for (const file of CLASSES) {
      const text = await readFile(join(out, file), 'utf8');
      for (const name of INTERNAL) {
        const declared = new RegExp(
          `^\\s+(?:readonly |get |set |protected |abstract )*${name}\\b[(?:<]`,
          'm',
        );
        assert.not.match(text, declared, `${file} declares ${name}`);
      }
    }
  } finally {
    await rm(out, { recursive: true });
  }
});

test.run();
