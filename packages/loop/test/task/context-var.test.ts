import { assert, suite } from '@oxbow/testkit';
import { ContextVar, checkpoint, createTask, sleep } from '../../src/index.ts';
import { eachForm, virtually } from '../forms.ts';

const test = suite('ContextVar');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'a task inherits what its creator has, and keeps what it sets to itself',
  ['parent', 'child', 'parent', 'parent again'],
  function* () {
    const variable = new ContextVar<string>('who');
    variable.set('parent');
    const seen: string[] = [];
    const child = createTask(function* () {
      seen.push(variable.get());
      variable.set('child');
      yield* sleep(1);
      seen.push(variable.get());
    });
    yield* child;
    seen.push(variable.get());
    variable.set('parent again');
    yield* checkpoint();
    seen.push(variable.get());
    return seen;
  },
);

test('reset puts back what was there before, also when that was nothing', async () => {
  await virtually(async () => {
    const variable = new ContextVar<number>('depth', { default: 0 });
    const first = variable.set(1);
    const second = variable.set(2);
    variable.reset(second);
    assert.is(variable.get(), 1);
    variable.reset(first);
    assert.is(variable.get(), 0);
  });
});

test('gives the fallback, then the default, then says that there is no value', async () => {
  await virtually(async () => {
    const bare = new ContextVar<string>('bare');
    assert.is(bare.get('fallback'), 'fallback');
    assert.is(bare.get(undefined), undefined);
    assert.throws(() => bare.get(), /ContextVar "bare" has no value here and no default/);
    assert.is(new ContextVar('with', { default: 'd' }).get(), 'd');
  });
});

test('a token is for its own variable and task', async () => {
  await virtually(async () => {
    const one = new ContextVar<number>('one');
    const two = new ContextVar<number>('two');
    const token = one.set(1);
    assert.throws(() => two.reset(token), /was not given by set\(\) of ContextVar "two"/);
    await createTask(async () => {
      assert.throws(() => one.reset(token), /in this task/);
    });
  });
});

test('outside of tasks it has a value of its own, inherited by tasks made there', async () => {
  const variable = new ContextVar<string>('outside');
  variable.set('set outside');
  assert.is(variable.get(), 'set outside');
  assert.is(await createTask(async () => variable.get()), 'set outside');
});

test.run();
