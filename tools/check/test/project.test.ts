import { assert, suite } from '@oxbow/testkit';
import { Project } from '../src/project.ts';

const manifest = `{
  "name": "@oxbow/loop",
  "exports": { ".": "./src/index.ts", "./threads": "./src/threads.ts" },
  "dependencies": { "a": "1" },
  "peerDependencies": { "b": "1" },
  "devDependencies": { "c": "1" }
}`;
const project = new Project('packages', 'loop', manifest);

const test = suite('project');

test('knows its folder and its package name', () => {
  assert.is(project.path, 'packages/loop');
  assert.is(project.name, '@oxbow/loop');
});

test('counts peers among what a user installs, and dev dependencies apart', () => {
  assert.equal(project.runtimeDependencies, ['a', 'b']);
  assert.equal(project.devDependencies, ['c']);
});

test('lists its doors with the files behind them', () => {
  assert.equal(
    [...project.doors],
    [
      ['.', 'src/index.ts'],
      ['./threads', 'src/threads.ts'],
    ],
  );
});

test('finds the line of a key in its manifest, and the first line for a key that is not there', () => {
  assert.is(project.manifestLine('peerDependencies'), 5);
  assert.is(project.manifestLine('bin'), 1);
});

test.run();
