import { assert, suite } from '@oxbow/testkit';
import { floatingOps, nativeRace, recommended } from '../src/eslint.ts';

// What they report is tried with ESLint itself, in tools/consumer/test/endurance.
const test = suite('the ESLint preset');

test('looks at thenables, and lets createTask of every package run by itself', () => {
  const [severity, options] = floatingOps.rules['@typescript-eslint/no-floating-promises'] as [
    string,
    { checkThenables: boolean; allowForKnownSafeCalls: { package: string; name: string[] }[] },
  ];
  assert.is(severity, 'error');
  assert.is(options.checkThenables, true);
  for (const { name } of options.allowForKnownSafeCalls) assert.equal(name, ['createTask']);
  assert.ok(options.allowForKnownSafeCalls.some((allowed) => allowed.package === '@oxbow/loop'));
});

test('recommends both, each by a name of its own', () => {
  assert.equal(recommended, [floatingOps, nativeRace]);
  assert.is(new Set(recommended.map(({ name }) => name)).size, 2);
});

test.run();
