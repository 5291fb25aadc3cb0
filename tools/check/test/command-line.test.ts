import { assert, suite } from '@oxbow/testkit';
import { describeAll, readCommandLine } from '../src/command-line.ts';
import { RULES } from '../src/rules.ts';
import { STEPS } from '../src/steps.ts';

const all = [...RULES, ...STEPS].map(({ name }) => name);

const test = suite('command line');

test('runs everything when nothing is named', () => {
  assert.equal(readCommandLine([]), { fix: false, list: false, names: new Set(all) });
});

test('runs what is named, rules and steps alike', () => {
  assert.equal(readCommandLine(['words', '--fix', 'types']), {
    fix: true,
    list: false,
    names: new Set(['words', 'types']),
  });
});

test('knows docs as one word for the rules about pages', () => {
  assert.ok(readCommandLine(['docs']).names.has('links'));
  assert.ok(readCommandLine(['docs']).names.has('snippets'));
});

test('refuses an unknown word and names the known ones', () => {
  assert.throws(() => readCommandLine(['wrods']), /unknown word 'wrods'; known are .*words/);
});

test('lists everything that can be named', () => {
  for (const name of all) assert.match(describeAll(), `  ${name} `);
});

test.run();
