import { assert, suite } from '@oxbow/testkit';
import { select } from '../src/selection.mjs';

const test = suite('the selection');

const project = (name: string) => ({
  name: `@oxbow/${name}`,
  shortName: name,
  folder: `packages/${name}`,
  scripts: {},
  testsNeedBuild: false,
});
const loop = project('loop');
const codec = project('codec');
const grammar = { command: 'test', options: ['--coverage'], numbers: ['--beside'], patterns: true };
const choose = (...words: string[]) => select(words, [loop, codec], grammar);

test('is every project when none is named', () => {
  assert.equal(choose().projects, [loop, codec]);
});

test('knows a project by its short name, its name and its folder', () => {
  for (const word of ['loop', '@oxbow/loop', 'packages/loop', './packages/loop/']) {
    assert.equal(
      choose(word),
      { projects: [loop], patterns: [], options: new Set(), numbers: new Map() },
      word,
    );
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

test('takes the number of an option as the next word or behind =', () => {
  for (const words of [
    ['--beside', '4', 'loop'],
    ['--beside=4', 'loop'],
  ]) {
    const { numbers, projects } = choose(...words);
    assert.equal([numbers.get('--beside'), projects], [4, [loop]]);
  }
});

test('refuses a number that is none', () => {
  for (const words of [
    ['--beside'],
    ['--beside', 'loop'],
    ['--beside=0'],
    ['--beside', '1.5'],
    ['--beside='],
  ]) {
    assert.throws(() => choose(...words), /--beside takes a whole number of at least 1/);
  }
});

test('refuses an unknown project or option, and names the nearest', () => {
  assert.throws(
    () => choose('lop'),
    'test knows no project "lop"; did you mean loop? There are: loop, codec.',
  );
  assert.throws(
    () => choose('--coverge'),
    'test has no option --coverge; did you mean --coverage? There are: --coverage, --beside.',
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
