import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { OutputFolder } from '../src/output-folder.ts';

/** A process id no system gives out. */
const NOBODY = 2 ** 30;

const test = suite<{ parent: string }>('output folder');

test.before.each((context) => {
  context.parent = mkdtempSync(join(tmpdir(), 'oxbow-docs-'));
});

test.after.each(({ parent }) => rmSync(parent, { recursive: true, force: true }));

test('the draft takes the place of the old folder as a whole', ({ parent }) => {
  const output = new OutputFolder(join(parent, 'docs/reference'));
  for (const page of ['old', 'new']) {
    output.begin();
    writeFileSync(join(output.draft, `${page}.md`), page);
    output.place();
  }
  assert.equal(readdirSync(join(parent, 'docs')), ['reference']);
  assert.equal(readdirSync(output.path), ['new.md']);
});

test('a discarded draft leaves the old folder and nothing beside it', ({ parent }) => {
  const output = new OutputFolder(join(parent, 'reference'));
  mkdirSync(output.path);
  writeFileSync(join(output.path, 'old.md'), 'old');
  output.begin();
  writeFileSync(join(output.draft, 'half.md'), 'half');
  output.discard();
  output.discard();
  assert.equal(readdirSync(parent), ['reference']);
  assert.is(readFileSync(join(output.path, 'old.md'), 'utf8'), 'old');
});

test('the draft of a run that was killed is removed by the next, that of a living one is not', ({
  parent,
}) => {
  const killed = new OutputFolder(join(parent, 'reference'), NOBODY);
  const living = new OutputFolder(join(parent, 'reference'), process.ppid);
  const other = new OutputFolder(join(parent, 'reference-html'), process.ppid);
  for (const { draft } of [killed, living, other]) mkdirSync(draft);
  new OutputFolder(join(parent, 'reference')).begin();
  assert.not.ok(existsSync(killed.draft));
  assert.ok(existsSync(living.draft));
  assert.ok(existsSync(other.draft));
});

test.run();
