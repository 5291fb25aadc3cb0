// covers: src/empty-project.ts, src/tarballs.ts
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { installAlone, runIn } from '../../src/empty-project.ts';
import { pack } from '../../src/tarballs.ts';

const test = suite('the ESLint preset');

const LINTERS = ['eslint@10.15.0', 'typescript-eslint@8.74.0', 'typescript@6.0.3'];

const CONFIG = `
import { recommended } from '@oxbow/loop/eslint';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { files: ['**/*.ts'], extends: [tseslint.configs.base, ...recommended] },
  { languageOptions: { parserOptions: { projectService: true } } },
);
`;

/** Each line that is to be reported says so. */
const PROGRAM = `
import { createTask, gather, Queue, sleep, TaskGroup } from '@oxbow/loop';

export async function main(queue: Queue<number>): Promise<void> {
  queue.put(1); // reported
  sleep(10); // reported
  gather(sleep(1), sleep(2)); // reported
  Promise.resolve(1); // reported
  void sleep(1);
  await queue.put(1);
  createTask(async () => 1);
  const task = createTask(async () => 1);
  task.cancel();
  await TaskGroup.run(async (group) => {
    group.createTask(async () => sleep(1));
  });
  await Promise.race([sleep(1)]); // reported
}
`;

interface Message {
  readonly line: number;
  readonly ruleId: string;
}

test('reports forgotten waits and native races, and lets tasks run by themselves', async () => {
  skipUnless(
    existsSync(new URL('../../../../packages/loop/dist/eslint.js', import.meta.url)),
    'the packages are not built: run npm run build',
  );
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-lint-'));
  try {
    const tarballs = await pack(folder);
    const project = join(folder, 'project');
    await installAlone(project, [tarballs.get('loop')!.file, ...LINTERS]);
    const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, lib: ['es2024', 'dom'] };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    await writeFile(join(project, 'eslint.config.js'), CONFIG);
    await writeFile(join(project, 'main.ts'), PROGRAM);
    const { stdout } = await runIn(project, 'node_modules/.bin/eslint', ['--format=json', 'main.ts']);
    const [{ messages }] = JSON.parse(stdout) as [{ messages: Message[] }];
    const expected = PROGRAM.split('\n').flatMap((line, at) =>
      line.includes('// reported') ? [at + 1] : [],
    );
    assert.equal(
      messages.map(({ line }) => line),
      expected,
      JSON.stringify(messages),
    );
    assert.is(messages.at(-1)?.ruleId, 'no-restricted-properties');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
