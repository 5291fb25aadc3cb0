import { assert, suite } from '@oxbow/testkit';
import { APPS, appNamed } from '../src/app-list.ts';

const test = suite('the list of apps');

test('every app has a name and a port of its own', () => {
  assert.is(new Set(APPS.map(({ name }) => name)).size, APPS.length);
  assert.is(new Set(APPS.map(({ port }) => port)).size, APPS.length);
});

test('an app is found by its name, and nothing else is', () => {
  assert.is(appNamed('lab').title, 'Concurrency lab');
  assert.throws(() => appNamed('nothing'), 'no app "nothing"');
});

test.run();
