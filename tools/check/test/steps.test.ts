import { assert, suite } from '@oxbow/testkit';
import { runSteps, STEPS } from '../src/steps.ts';
import { madeUpTree } from './made-up-tree.ts';

async function runWith(ok: boolean, chosen: (name: string) => boolean, fix = false) {
  const ran: string[] = [];
  const ended: string[] = [];
  const run = async (program: string, args: readonly string[]) => {
    ran.push(`${program} ${args[0]}`);
    return { ok, output: 'its words' };
  };
  await runSteps(chosen, { root: '.', tree: madeUpTree({}), fix, run }, (step, result) => {
    ended.push(`${step.name} ${result.ok}`);
  });
  return { ran, ended };
}

const test = suite('steps');

test('have names of their own', () => {
  assert.is(new Set(STEPS.map(({ name }) => name)).size, STEPS.length);
});

test('run what was chosen and nothing else', async () => {
  const { ran, ended } = await runWith(true, (name) => name === 'types');
  assert.equal([ran, ended], [['tsc -b'], ['types true']]);
});

test('pack the packages only after the compiler has written them', async () => {
  const { ran } = await runWith(true, () => true);
  assert.ok(ran.indexOf('tsc -b') < ran.indexOf('nx run-many'));
});

test('go on after one has failed, so that one run tells everything', async () => {
  const { ended } = await runWith(false, () => true);
  assert.is(ended.length, STEPS.length);
});

test('mend with --fix and only look without', async () => {
  assert.equal((await runWith(true, (name) => name === 'lint')).ran, ['biome ci']);
  assert.equal((await runWith(true, (name) => name === 'lint', true)).ran, ['biome check']);
});

test.run();
