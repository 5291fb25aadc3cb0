import { assert, suite } from '@oxbow/testkit';
import { fixtureFolder, runNode } from './run-fixture.ts';

const test = suite('a file started by hand');

const byHand = (name: string) => runNode([`test/${name}.test.ts`], fixtureFolder(name));

test('passes', async () => {
  const { exitCode, output } = await byHand('green');
  assert.is(exitCode, 0, output);
});

test('fails on the same traps as under the runner', async () => {
  for (const [name, sentence] of [
    ['no-run', 'end the suite with .run()'],
    ['only', 'was left with .only'],
    ['hooks', 'the hook failed: Error: no disconnect'],
    ['no-tests', 'declares no test'],
  ] as const) {
    const { exitCode, output } = await byHand(name);
    assert.is(exitCode, 1, name);
    assert.match(output, sentence);
  }
});

test.run();
