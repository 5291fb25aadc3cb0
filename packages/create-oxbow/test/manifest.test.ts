import { assert, suite } from '@oxbow/testkit';
import { fillManifest, packageName, testedRange } from '../src/manifest.ts';

const test = suite('the manifest of a new project');

test('is named after its folder, in the letters that npm accepts', () => {
  for (const [folder, name] of [
    ['my-app', 'my-app'],
    ['My App!', 'my-app'],
    ['.hidden_', 'hidden_'],
    ['Größe', 'gr-e'],
    ['…', 'oxbow-app'],
    ['node_modules', 'oxbow-app'],
    ['x'.repeat(215), 'x'.repeat(214)],
  ] as const) {
    assert.is(packageName(folder), name, folder);
  }
});

test('has the name, a range for each dependency, and everything else as it was', () => {
  const template = {
    name: 'crawler',
    type: 'module',
    dependencies: { a: 'workspace:^' },
    devDependencies: { b: 'catalog:' },
  };
  const filled = JSON.parse(fillManifest(JSON.stringify(template), 'mine', (name) => `range of ${name}`));
  assert.equal(filled, {
    name: 'mine',
    type: 'module',
    dependencies: { a: 'range of a' },
    devDependencies: { b: 'range of b' },
  });
});

test('takes the versions that were tested, and refuses what was not', () => {
  for (const name of ['@oxbow/loop', 'typescript', '@types/node', 'rxjs'])
    assert.match(testedRange(name), /^\^\d+\.\d+\.\d+$/);
  assert.throws(() => testedRange('left-pad'), /not tested with left-pad/);
});

test.run();
