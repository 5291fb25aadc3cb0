import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { createProject } from '../src/create-project.ts';
import type { CreateError } from '../src/errors.ts';
import { TEMPLATES } from '../src/template.ts';

const test = suite<{ parent: string }>('createProject');

test.before.each((context) => {
  context.parent = mkdtempSync(join(tmpdir(), 'oxbow-create-'));
});

test.after.each(({ parent }) => rmSync(parent, { recursive: true, force: true }));

for (const { name } of TEMPLATES) {
  test(`makes a ${name} with everything that belongs to it`, async ({ parent }) => {
    const created = await createProject(join(parent, 'Mine'), { template: name });
    assert.equal({ ...created }, { folder: join(parent, 'Mine'), name: 'mine', installError: undefined });
    assert.equal(readdirSync(created.folder).sort(), [
      '.dockerignore',
      '.gitignore',
      '.npmrc',
      'Dockerfile',
      'README.md',
      'package.json',
      'src',
      'test',
      'tsconfig.json',
    ]);
    const manifest = readFileSync(join(created.folder, 'package.json'), 'utf8');
    assert.match(manifest, '"name": "mine"');
    assert.not.match(manifest, /workspace:|catalog:/);
  });
}

test('refuses a template that is not there before it makes a folder', async ({ parent }) => {
  await refused(createProject(join(parent, 'x'), { template: 'nope' }), 'ERR_OXBOW_CREATE_UNKNOWN_TEMPLATE');
  assert.equal(readdirSync(parent), []);
});

test('refuses a folder that is not empty, and changes nothing in it', async ({ parent }) => {
  writeFileSync(join(parent, 'precious'), 'mine');
  await refused(createProject(parent, { template: 'crawler' }), 'ERR_OXBOW_CREATE_FOLDER_NOT_EMPTY');
  assert.equal(readdirSync(parent), ['precious']);
  assert.is(readFileSync(join(parent, 'precious'), 'utf8'), 'mine');
});

test('leaves nothing when it is aborted, whether before or while it installs', async ({ parent }) => {
  const folder = join(parent, 'deep/app');
  const gone = AbortSignal.abort(new Error('gone'));
  const soon = new AbortController();
  const attempts = [
    createProject(folder, { template: 'crawler', signal: gone }),
    createProject(folder, { template: 'crawler', installBy: 'npm', signal: soon.signal }),
  ];
  soon.abort(new Error('gone'));
  for (const attempt of attempts) {
    assert.is(
      await attempt.then(
        () => 'made',
        (error: Error) => error.message,
      ),
      'gone',
    );
  }
  assert.equal(readdirSync(parent), []);
});

async function refused(attempt: Promise<unknown>, code: string): Promise<void> {
  const outcome = await attempt.then(
    () => 'made',
    (error: CreateError) => error.code,
  );
  assert.is(outcome, code);
}

test.run();
