import { assert, suite } from '@oxbow/testkit';
import { differences, lookAround } from '../src/surroundings.ts';

const test = suite('the surroundings of a file');

const differ = (change: () => () => void): readonly string[] => {
  const before = lookAround();
  const putBack = change();
  const after = lookAround();
  putBack();
  return differences(before, after);
};
const globals = globalThis as Record<string, unknown>;

test('stay the same when nothing changes', () => {
  assert.equal(
    differ(() => () => {}),
    [],
  );
});

test('change with a global that is new, another or gone', () => {
  assert.equal(
    differ(() => {
      globals.made = 1;
      return () => delete globals.made;
    }),
    ['globalThis.made is new'],
  );
  const { setTimeout } = globalThis;
  assert.equal(
    differ(() => {
      globals.setTimeout = () => {};
      return () => Object.assign(globalThis, { setTimeout });
    }),
    ['globalThis.setTimeout is another'],
  );
  globals.made = 1;
  assert.equal(
    differ(() => {
      delete globals.made;
      return () => {};
    }),
    ['globalThis.made is gone'],
  );
});

test('stay the same when Node makes one of its globals, and change when a test does', () => {
  const made = {};
  let value: unknown;
  const lazy = () => {
    const get = () => {
      value ??= made;
      Object.defineProperty(globalThis, 'lazy', { value, configurable: true, writable: true });
      return value;
    };
    Object.defineProperty(globalThis, 'lazy', { get, configurable: true });
  };
  lazy();
  assert.equal(
    differ(() => {
      void globals.lazy;
      return () => {};
    }),
    [],
  );
  value = undefined;
  lazy();
  assert.equal(
    differ(() => {
      Object.defineProperty(globalThis, 'lazy', { value: 'mine', configurable: true });
      return () => {};
    }),
    ['globalThis.lazy is another'],
  );
  delete globals.lazy;
});

test('change with the environment, listeners and the current folder', () => {
  assert.equal(
    differ(() => {
      process.env.OXBOW_MADE_UP = '1';
      return () => delete process.env.OXBOW_MADE_UP;
    }),
    ["the environment's OXBOW_MADE_UP is set"],
  );
  const listener = () => {};
  assert.equal(
    differ(() => {
      process.on('SIGUSR2', listener);
      return () => process.off('SIGUSR2', listener);
    }),
    ["process has 1 'SIGUSR2' listeners more"],
  );
  const here = process.cwd();
  assert.equal(
    differ(() => {
      process.chdir('/');
      return () => process.chdir(here);
    }),
    ['the current folder is /'],
  );
});

test.run();
