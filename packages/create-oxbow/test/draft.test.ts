import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { Draft } from '../src/draft.ts';
import type { CreateError } from '../src/errors.ts';

const test = suite<{ parent: string }>('a draft');

test.before.each((context) => {
  context.parent = mkdtempSync(join(tmpdir(), 'oxbow-draft-'));
});

test.after.each(({ parent }) => rmSync(parent, { recursive: true, force: true }));

const code = (expected: string, words: RegExp) => (error: CreateError) =>
  error.code === expected && words.test(error.message);

test('is nothing but itself until it is placed', ({ parent }) => {
  const draft = new Draft(join(parent, 'app'));
  writeFileSync(join(draft.path, 'a.txt'), 'a');
  assert.equal(readdirSync(draft.folder), ['.create-oxbow']);
  draft.place();
  assert.equal(readdirSync(draft.folder), ['a.txt']);
});

test('takes every folder away again that was made for it', ({ parent }) => {
  const draft = new Draft(join(parent, 'a/b/c'));
  draft.discard();
  draft.discard();
  assert.equal(readdirSync(parent), []);
});

test('leaves a folder that was there, and the repository in it', ({ parent }) => {
  mkdirSync(join(parent, '.git'));
  new Draft(parent).discard();
  assert.equal(readdirSync(parent), ['.git']);
});

test('takes the place of one whose process was killed', ({ parent }) => {
  writeFileSync(join(new Draft(join(parent, 'app')).path, 'half.txt'), 'half');
  new Draft(join(parent, 'app')).place();
  assert.equal(readdirSync(join(parent, 'app')), []);
});

test('refuses a folder with something in it, touches nothing, and names three of them', ({ parent }) => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) writeFileSync(join(parent, name), name);
  assert.throws(
    () => new Draft(parent),
    code('ERR_OXBOW_CREATE_FOLDER_NOT_EMPTY', /is not empty \(a, b, c and 2 more\)/),
  );
  assert.is(readdirSync(parent).length, 5);
});

test('refuses a file, and a place inside of one', ({ parent }) => {
  const file = join(parent, 'file');
  writeFileSync(file, '');
  assert.throws(() => new Draft(file), code('ERR_OXBOW_CREATE_FOLDER_NOT_EMPTY', /is a file/));
  assert.throws(() => new Draft(join(file, 'app')), code('ERR_OXBOW_CREATE_NO_FOLDER', /cannot be made/));
  assert.ok(existsSync(file));
});

test.run();
