import { assert, suite } from '@oxbow/testkit';
import { CallResource, CallStorage, followsPromises } from '../../src/host/async-context.ts';

const test = suite('what stands in for AsyncLocalStorage in a page');

test('a value holds from run to its return, nested ones inside', () => {
  const storage = new CallStorage<string>();
  const seen = storage.run('outer', () => [
    storage.getStore(),
    storage.run('inner', (suffix: string) => `${storage.getStore()}${suffix}`, '!'),
    storage.getStore(),
  ]);
  assert.equal(seen, ['outer', 'inner!', 'outer']);
  assert.is(storage.getStore(), undefined);
});

test('a body that throws leaves its value behind too', () => {
  const storage = new CallStorage<string>();
  assert.throws(
    () =>
      storage.run('value', () => {
        throw new Error('from the body');
      }),
    /from the body/,
  );
  assert.is(storage.getStore(), undefined);
});

test('a resource brings back the values of the moment in which it was made', () => {
  const [one, two] = [new CallStorage<string>(), new CallStorage<string>()];
  const resource = one.run('then', () => new CallResource('Test'));
  const seen = two.run('now', () => resource.runInAsyncScope(() => [one.getStore(), two.getStore()]));
  assert.equal(seen, ['then', undefined]);
});

test('what is entered inside a resource does not outlive it', () => {
  const storage = new CallStorage<string>();
  const resource = new CallResource('Test');
  resource.runInAsyncScope(() => storage.enterWith('inside'));
  assert.is(storage.getStore(), undefined);
  assert.is(
    resource.runInAsyncScope(() => storage.getStore()),
    undefined,
  );
});

test('a resource hands on what it runs on and with', () => {
  const resource = new CallResource('Test');
  const result = resource.runInAsyncScope(
    function (this: { base: number }, ...added: number[]) {
      return added.reduce((sum, each) => sum + each, this.base);
    },
    { base: 1 },
    2,
    3,
  );
  assert.is(result, 6);
});

test('a storage that was disabled holds nothing', () => {
  const storage = new CallStorage<string>();
  storage.run('value', () => {
    storage.disable();
    assert.is(storage.getStore(), undefined);
  });
});

test('a value is gone after an await: only an engine could bring it back', async () => {
  const storage = new CallStorage<string>();
  const seen = await storage.run('value', async () => {
    await null;
    return storage.getStore();
  });
  assert.is(seen, undefined);
  assert.is(followsPromises, true, 'here the engine does');
});

test.run();
