import { assert, suite } from '@oxbow/testkit';
import { select } from '../src/selection.mjs';

const test = suite('the selection');

const loop = { name: '@oxbow/loop', shortName: 'loop', folder: 'packages/loop', scripts: {} };
const codec = { name: '@oxbow/codec', shortName: 'codec', folder: 'packages/codec', scripts: {} };
const grammar = { command: 'test', options: ['--coverage'], patterns: true };
const choose = (...words: string[]) => select(words, [loop, codec], grammar);

test('is every project when none is named', () => {
  assert.equal(choose().projects, [loop, codec]);
});

test('knows a project by its short name, its name and its folder', () => {
  for (const word of ['loop', '@oxbow/loop', 'packages/loop', './packages/loop/']) {
    assert.equal(choose(word), { projects: [loop], patterns: [], options: new Set() }, word);
  }
});

test('takes a word after a project, or a path into one, as part of a file name', () => {
  assert.equal(choose('loop', 'sleep').patterns, ['sleep']);
  const byPath = choose('packages/loop/test/task/sleep.test.ts');
  assert.equal([byPath.projects, byPath.patterns], [[loop], ['test/task/sleep.test.ts']]);
});

test('names a project once', () => {
  assert.equal(choose('loop', 'codec', 'loop').projects, [loop, codec]);
});

test('keeps options apart', () => {
  assert.ok(choose('--coverage').options.has('--coverage'));
});

test('refuses an unknown project or option, and names the nearest', () => {
  assert.throws(
    () => choose('lop'),
    'test knows no project "lop"; did you mean loop? There are: loop, codec.',
  );
  assert.throws(
    () => choose('--coverge'),
    'test has no option --coverge; did you mean --coverage? There are: --coverage.',
  );
});

test('refuses a file name where there is none to choose', () => {
  const build = { command: 'build', options: [], patterns: false };
  assert.throws(
    () => select(['loop', 'sleep'], [loop], build),
    'build knows no project "sleep". There are: loop.',
  );
  assert.throws(() => select(['--fast'], [loop], build), 'build has no option --fast. There are none.');
});

test.run();
