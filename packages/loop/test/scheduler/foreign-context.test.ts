import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert, suite } from '@oxbow/testkit';
import { carriesContext, layWire } from '../../src/scheduler/foreign-context.ts';

const test = suite('the wire on AsyncLocalStorage');

const program = fileURLToPath(new URL('../fixtures/first-context.ts', import.meta.url));
const execute = promisify(execFile);

/** Node keeps context in frames or in resources; where it can do both, both are tried. */
const WITHOUT_FRAMES = '--no-async-context-frame';
const variants: readonly (readonly string[])[] = process.allowedNodeEnvironmentFlags.has(WITHOUT_FRAMES)
  ? [[], [WITHOUT_FRAMES]]
  : [[]];

const SCENARIOS = [
  'enterWith in a generator',
  'enterWith in an async task',
  'enterWith in a callback',
  'enterWith in a handler of then',
  'run in a generator',
  'entered before the package is loaded',
  'the prototype is frozen',
  'the prototype is frozen afterwards',
  'two copies of the package',
];

for (const flags of variants) {
  for (const scenario of SCENARIOS) {
    test(`first use of a store: ${[scenario, ...flags].join(' ')}`, async () => {
      const { stdout } = await execute(process.execPath, [...flags, program, scenario]);
      assert.equal(JSON.parse(stdout), { seen: ['mine', 'mine', 'mine'], others: [], native: true });
    });
  }
}

test('a program that keeps no contexts never trips it', async () => {
  const { stdout } = await execute(process.execPath, [program, 'no use at all']);
  assert.equal(JSON.parse(stdout), { foreign: false, others: [], native: false });
});

test('lies on the prototype until the first use, and is gone then', () => {
  class Store {
    entered: unknown;
    run(value: unknown, body: () => unknown): unknown {
      this.entered = value;
      return body();
    }
    enterWith(value: unknown): void {
      this.entered = value;
    }
  }
  const before = Object.getOwnPropertyDescriptors(Store.prototype);
  const alarms: string[] = [];
  layWire(Store.prototype, () => alarms.push('first copy'));
  const native = layWire(Store.prototype, () => alarms.push('second copy'));
  assert.is(native.run.value, before.run.value);
  assert.is(Store.prototype.run.name, 'run');
  assert.equal(alarms, []);
  const store = new Store();
  assert.is(
    store.run('value', () => store.entered),
    'value',
  );
  store.enterWith('more');
  assert.equal(alarms, ['first copy', 'second copy']);
  for (const name of ['run', 'enterWith'] as const) {
    const { value, enumerable } = Object.getOwnPropertyDescriptor(Store.prototype, name)!;
    assert.is(value, before[name].value);
    assert.is(enumerable, false);
  }
});

test('what somebody has put in front of it stays', () => {
  const prototype = {
    run: (value: unknown) => ['run', value],
    enterWith: (value: unknown) => ['enterWith', value],
  };
  layWire(prototype, () => {});
  const wired = prototype.run;
  const theirs = (value: unknown): unknown[] => ['theirs', ...wired(value)];
  prototype.run = theirs;
  assert.equal(prototype.run(1), ['theirs', 'run', 1]);
  assert.is(prototype.run, theirs);
  assert.equal(prototype.enterWith(2), ['enterWith', 2]);
});

test('a resource tells whether something was entered where it was made', () => {
  const store = new AsyncLocalStorage<number>();
  store.run(1, () => assert.ok(carriesContext(new AsyncResource('Test'))));
  assert.not(carriesContext({ [Symbol('kResourceStore')]: undefined, [Symbol('frame')]: new Map() }));
  assert.ok(carriesContext({ [Symbol('stores')]: { [Symbol('kResourceStore')]: 1 } }));
});

test.run();
