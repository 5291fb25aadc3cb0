import { assert, suite } from '@oxbow/testkit';
import { allTasks, checkpoint, createTask, describeTasks, type Op, sleep } from '../../src/index.ts';
import { Parked, ParkingLot, type Purpose } from '../../src/lowlevel.ts';
import { eachForm, inBothForms, nameOf, virtually, virtuallyGenerated } from '../forms.ts';

const test = suite('ParkingLot');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

/** A door that lets people in while it is open. */
class Door {
  open = false;
  readonly lot: ParkingLot<string, Door> = new ParkingLot(this, ENTERING);

  enter(): Op<string> {
    return new Parked(this.lot);
  }
}

const ENTERING: Purpose<string, Door> = {
  name: 'Door.enter',
  arrive: (parked, door) => {
    if (door.open) parked.unparkWith('walked in');
    else if (door.lot.size === 2) throw new RangeError('the hall is full');
    else door.lot.park(parked);
  },
};

inBothForms(
  test,
  'whoever arrives is served at once, waits to be woken in order, or is refused',
  ['RangeError', 'let in first', 'let in second', 'walked in', 0],
  async () => {
    const door = new Door();
    const first = createTask(async () => door.enter());
    const second = createTask(async () => door.enter());
    await checkpoint();
    const refused = await door.enter().then(String, nameOf);
    door.lot.unpark()!.unparkWith('let in first');
    door.lot.unpark()!.unparkWith('let in second');
    door.open = true;
    return [refused, await first, await second, await door.enter(), door.lot.size];
  },
  function* () {
    const door = new Door();
    const first = createTask(() => door.enter());
    const second = createTask(() => door.enter());
    yield* checkpoint();
    let refused = '';
    try {
      yield* door.enter();
    } catch (error) {
      refused = nameOf(error);
    }
    door.lot.unpark()!.unparkWith('let in first');
    door.lot.unpark()!.unparkWith('let in second');
    door.open = true;
    return [refused, yield* first, yield* second, yield* door.enter(), door.lot.size];
  },
);

inEachForm(
  'a cancelled waiter leaves wherever it stands, and the others keep their order',
  [['a', 'c'], 0],
  function* () {
    const door = new Door();
    const log: string[] = [];
    const enter = (name: string) =>
      function* () {
        yield* door.enter();
        log.push(name);
      };
    createTask(enter('a'));
    const cancelled = createTask(enter('b'));
    yield* checkpoint();
    cancelled.cancel();
    createTask(enter('c'));
    yield* checkpoint();
    for (const parked of door.lot.unparkAll()) parked.unparkWith('');
    yield* sleep(1);
    return [log, door.lot.size];
  },
);

test('one wait may have several who wait for it, and keeps its value for those who come later', async () => {
  const values = await virtuallyGenerated(function* () {
    const door = new Door();
    const entering = door.enter();
    const tasks = [1, 2].map(() => createTask(() => entering));
    yield* checkpoint();
    assert.is(door.lot.size, 1);
    door.lot.unpark()!.unparkWith('once');
    return [yield* tasks[0]!, yield* tasks[1]!, yield* entering];
  });
  assert.equal(values, ['once', 'once', 'once']);
});

test('a task that is to be cancelled does not begin to wait', async () => {
  const seen = await virtuallyGenerated(function* () {
    const door = new Door();
    let left = false;
    const task = createTask(function* () {
      task.cancel();
      try {
        yield* door.enter();
      } finally {
        left = true;
      }
    });
    yield* checkpoint();
    return [task.cancelled, left, door.lot.size];
  });
  assert.equal(seen, [true, true, 0]);
});

test('a description of the tasks names what they wait for', async () => {
  await virtually(async () => {
    const door = new Door();
    const waiting = createTask(
      function* () {
        yield* door.enter();
      },
      { name: 'guest' },
    );
    await checkpoint();
    assert.ok(allTasks().has(waiting));
    const { tasks } = await describeTasks({ maxLocations: 0 });
    assert.equal(tasks.find(({ name }) => name === 'guest')?.waitsFor, ['Door.enter']);
    waiting.cancel();
  });
});

test.run();
