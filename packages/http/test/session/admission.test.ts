import { assert, suite } from '@oxbow/testkit';
import { Admission, type Waiter } from '../../src/session/admission.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('admission');

class Guest implements Waiter {
  place: Waiter['place'];
  readonly perOrigin: number;
  readonly name: string;
  readonly log: string[];

  constructor(name: string, log: string[], perOrigin = Number.POSITIVE_INFINITY) {
    this.name = name;
    this.log = log;
    this.perOrigin = perOrigin;
  }

  onAdmitted(): void {
    this.log.push(this.name);
  }
}

function party(limits: { perOrigin: number; total: number; maxQueued?: number }) {
  const log: string[] = [];
  const admission = new Admission({ maxQueued: 100, ...limits });
  const enter = (origin: string, name: string, perOrigin?: number) => {
    const guest = new Guest(name, log, perOrigin);
    const slots = admission.slotsOf(origin);
    if (admission.enter(slots, guest)) log.push(name);
    return { leave: () => admission.release(slots), withdraw: () => admission.withdraw(slots, guest) };
  };
  return { admission, enter, log };
}

test('up to perOrigin go at once, the next one waits for a slot', () => {
  const { enter, log } = party({ perOrigin: 2, total: 10 });
  const first = enter('a', 'a1');
  enter('a', 'a2');
  enter('a', 'a3');
  assert.equal(log, ['a1', 'a2']);
  first.leave();
  assert.equal(log, ['a1', 'a2', 'a3']);
});

test('up to total go at once, whatever their origin', () => {
  const { enter, log } = party({ perOrigin: 2, total: 2 });
  const first = enter('a', 'a1');
  enter('b', 'b1');
  enter('c', 'c1');
  assert.equal(log, ['a1', 'b1']);
  first.leave();
  assert.equal(log, ['a1', 'b1', 'c1']);
});

test('within an origin it is first come first served', () => {
  const { enter, log } = party({ perOrigin: 1, total: 1 });
  let last = enter('a', '1');
  const others = ['2', '3', '4'].map((name) => enter('a', name));
  for (const other of others) {
    last.leave();
    last = other;
  }
  assert.equal(log, ['1', '2', '3', '4']);
});

test('between origins it goes in turn: one with a long queue does not starve the rest', () => {
  const { enter, log } = party({ perOrigin: 10, total: 1 });
  let current = enter('x', 'x');
  const waiting = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map(
    (name) => [name, enter(name[0] as string, name)] as const,
  );
  for (let i = 0; i < 6; i++) {
    current.leave();
    current = (waiting.find(([name]) => name === log.at(-1)) as (typeof waiting)[number])[1];
  }
  assert.equal(log, ['x', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});

test('a bound of its own holds a waiter back, and those behind it', () => {
  const { enter, log } = party({ perOrigin: 3, total: 10 });
  const first = enter('a', 'a1', 1);
  enter('a', 'a2', 1);
  enter('a', 'a3');
  assert.equal(log, ['a1']);
  first.leave();
  assert.equal(log, ['a1', 'a2', 'a3']);
});

test('the queue holds maxQueued and refuses the next', () => {
  const { enter, admission } = party({ perOrigin: 1, total: 1, maxQueued: 2 });
  enter('a', '1');
  enter('a', '2');
  enter('b', '3');
  assert.is(admission.queued, 2);
  const error = thrownBy(() => enter('a', '4'));
  assert.is(error.code, 'ERR_OXBOW_HTTP_QUEUE_FULL');
  assert.is((error as unknown as { limit: number }).limit, 2);
});

test('who withdraws leaves no gap, first, middle or last', () => {
  for (const leaver of [0, 1, 2]) {
    const { enter, log, admission } = party({ perOrigin: 1, total: 1 });
    const first = enter('a', 'first');
    const waiting = ['0', '1', '2'].map((name) => [name, enter('a', name)] as const);
    waiting[leaver]?.[1].withdraw();
    let current = first;
    for (const [name, guest] of waiting) {
      if (name === String(leaver)) continue;
      current.leave();
      current = guest;
    }
    assert.equal(log, ['first', ...['0', '1', '2'].filter((name) => name !== String(leaver))]);
    assert.is(admission.queued, 0);
  }
});

test('when one that was held back withdraws, those behind it go', () => {
  const { enter, log } = party({ perOrigin: 3, total: 10 });
  enter('a', 'a1');
  const held = enter('a', 'a2', 1);
  enter('a', 'a3');
  held.withdraw();
  assert.equal(log, ['a1', 'a3']);
});

test('origins without requests are forgotten', () => {
  const { admission } = party({ perOrigin: 1, total: 10_000 });
  const kept = admission.slotsOf('https://0.test');
  for (let i = 1; i <= 1000; i++) {
    const slots = admission.slotsOf(`https://${i}.test`);
    admission.enter(slots, new Guest('x', []));
    admission.release(slots);
  }
  assert.is(admission.slotsOf('https://0.test'), kept);
  const late = admission.slotsOf('https://1000.test');
  admission.enter(late, new Guest('x', []));
  admission.release(late);
  assert.is.not(admission.slotsOf('https://1000.test'), late);
});

test.run();
