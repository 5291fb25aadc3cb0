import { assert, suite } from '@oxbow/testkit';
import { map, Subscriber } from 'rxjs';
import { findGate, Gate, type GateKeeper, type GateWaiter } from '../src/gate.ts';

const test = suite('Gate');
const keeper: GateKeeper = { label: 'test', queued: 0, waitsFor: () => 'nothing' };

function waiter(log: string[], name: string, then: () => void = () => {}): GateWaiter {
  return {
    wake() {
      log.push(name);
      then();
    },
  };
}

test('wakes waiters in the order they came, once each', () => {
  const gate = new Gate(keeper);
  const log: string[] = [];
  gate.close();
  const a = waiter(log, 'a');
  gate.wait(a);
  gate.wait(waiter(log, 'b'));
  gate.wait(a);
  gate.open();
  gate.open();
  assert.equal(log, ['a', 'b']);
});

test('closed again by one waiter, it keeps the rest in the queue ahead of those that come back', () => {
  const gate = new Gate(keeper);
  const log: string[] = [];
  const a: GateWaiter = waiter(log, 'a', () => {
    gate.close();
    gate.wait(a);
  });
  gate.close();
  gate.wait(a);
  gate.wait(waiter(log, 'b'));
  gate.open();
  assert.equal(log, ['a']);
  gate.open();
  assert.equal(log, ['a', 'b', 'a']);
});

test('an opening within a wake-up does not recurse, and loses nobody', () => {
  const gate = new Gate(keeper);
  let depth = 0;
  let deepest = 0;
  let left = 10_000;
  const pump: GateWaiter = {
    wake() {
      depth++;
      deepest = Math.max(deepest, depth);
      if (left-- > 0) {
        gate.close();
        gate.wait(pump);
        gate.open();
      }
      depth--;
    },
  };
  gate.close();
  gate.wait(pump);
  gate.open();
  assert.is(left, -1);
  assert.is(deepest, 1);
});

test('a listener is woken by every opening until it is forgotten', () => {
  const gate = new Gate(keeper);
  const log: string[] = [];
  const listener = waiter(log, 'x');
  gate.listen(listener);
  for (let i = 0; i < 2; i++) {
    gate.close();
    gate.open();
  }
  gate.forget(listener);
  gate.close();
  gate.open();
  assert.equal(log, ['x', 'x']);
});

test('a linked gate is closed while the one below is, and wakes with it', () => {
  const below = new Gate(keeper);
  const above = new Gate(keeper, below, true);
  const log: string[] = [];
  below.close();
  assert.ok(above.closed);
  assert.not(above.closedByKeeper);
  above.wait(waiter(log, 'w'));
  below.open();
  assert.equal(log, ['w']);
});

test('a linked gate closed by its keeper too opens with the later of the two', () => {
  const below = new Gate(keeper);
  const above = new Gate(keeper, below, true);
  const log: string[] = [];
  below.close();
  above.close();
  above.wait(waiter(log, 'w'));
  below.open();
  assert.equal(log, []);
  above.open();
  assert.equal(log, ['w']);

  below.close();
  above.close();
  above.wait(waiter(log, 'v'));
  above.open();
  assert.equal(log, ['w']);
  below.open();
  assert.equal(log, ['w', 'v']);
});

test('a listener of a linked gate hears of the openings below', () => {
  const below = new Gate(keeper);
  const above = new Gate(keeper, below, true);
  const log: string[] = [];
  above.listen(waiter(log, 'x'));
  for (let i = 0; i < 2; i++) {
    below.close();
    below.open();
  }
  assert.equal(log, ['x', 'x']);
});

test('findGate walks the destinations to the nearest gate, and stops where demand is unlimited', () => {
  class Gated extends Subscriber<unknown> {
    readonly oxbowGate = new Gate(keeper);
  }
  const end = new Gated();
  const middle = new Subscriber(new Subscriber(end as never) as never);
  assert.is(findGate(middle), end.oxbowGate);
  class Ungated extends Subscriber<unknown> {
    readonly oxbowGate = null;
  }
  assert.is(findGate(new Subscriber(new Ungated(end as never) as never)), null);
  assert.is(findGate(new Subscriber({ next: map } as never)), null);
});

test('teardowns reach the terminal through the gates of operators', async () => {
  const terminal = new Gate(keeper);
  const operator = new Gate(keeper, terminal);
  let ended = false;
  operator.addTeardown(
    new Promise<void>((resolve) =>
      setImmediate(() => {
        ended = true;
        resolve();
      }),
    ),
  );
  await terminal.teardownsSettled();
  assert.ok(ended);
  terminal.addTeardown(Promise.reject(new Error('teardown')));
  assert.is(await terminal.teardownsSettled().catch((error: Error) => error.message), 'teardown');
});

test.run();
