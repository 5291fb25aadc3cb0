import { connect, type Socket } from 'node:net';
import { assert, suite, until } from '@oxbow/testkit';
import { openPlaces } from '../src/places.mjs';

const test = suite('places');

interface Runner {
  readonly kind: string;
  readonly socket: Socket;
  has: boolean;
}

/** Asks and waits until the other side has heard. */
async function ask(path: string, kind: string): Promise<Runner> {
  const socket = connect(path);
  const runner = { kind, socket, has: false };
  socket.once('data', () => (runner.has = true));
  await new Promise<void>((done) => socket.write(`${kind}\n`, () => done()));
  return runner;
}

test('are given to as many as there are, and to the next when one is given back', async () => {
  const { path, close } = await openPlaces(1);
  const first = await ask(path, 'unit');
  await until('the first to have a place', () => first.has);
  const second = await ask(path, 'unit');
  first.socket.destroy();
  await until('the second to have it', () => second.has);
  close();
});

test('go to unit tests before others, in the order in which they asked', async () => {
  const { path, close } = await openPlaces(1);
  const first = await ask(path, 'unit');
  await until('the first to have a place', () => first.has);
  const order: string[] = [];
  const waiting: Runner[] = [];
  for (const kind of ['endurance', 'integration', 'unit']) {
    const runner = await ask(path, kind);
    waiting.push(runner);
    runner.socket.once('data', () => {
      order.push(kind);
      runner.socket.destroy();
    });
  }
  // Both sides are in this process: all have been heard once another connection has been answered.
  const gone = await ask(path, 'unit');
  gone.socket.destroy();
  first.socket.destroy();
  await until('all to have had it', () => order.length === 3);
  assert.equal(order, ['unit', 'integration', 'endurance']);
  close();
});

test('are twice as many for integration tests, which wait half their time', async () => {
  const { path, close } = await openPlaces(1);
  const runners = [await ask(path, 'integration'), await ask(path, 'integration')];
  await until('both to have a place', () => runners.every(({ has }) => has));
  const third = await ask(path, 'integration');
  const unit = await ask(path, 'unit');
  runners[0]?.socket.destroy();
  const gone = await ask(path, 'unit');
  gone.socket.destroy();
  assert.equal([third.has, unit.has], [false, false]);
  runners[1]?.socket.destroy();
  await until('the unit test, which goes first, to have both', () => unit.has);
  assert.is(third.has, false);
  unit.socket.destroy();
  await until('the third to have one', () => third.has);
  close();
});

test('are free again when the connection of one that waited is lost', async () => {
  const { path, close } = await openPlaces(1);
  const first = await ask(path, 'unit');
  await until('the first to have a place', () => first.has);
  const lost = await ask(path, 'unit');
  lost.socket.destroy();
  const third = await ask(path, 'unit');
  first.socket.destroy();
  await until('the third to have it', () => third.has);
  close();
});

test.run();
