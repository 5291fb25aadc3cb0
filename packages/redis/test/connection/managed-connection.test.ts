// covers: src/connection/driver.ts
/** By a driver that is made up: what becomes of commands when the wire does not do as it should. */
import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { type Driver, type DriverEvents, reconnectDelayMs } from '../../src/connection/driver.ts';
import { openConnection } from '../../src/connection/managed-connection.ts';
import type { RedisConnection } from '../../src/index.ts';

const test = suite('a connection');

/** A driver that is ready when told, and answers nothing but PING. */
class MadeUpDriver implements Driver {
  static made: MadeUpDriver[] = [];
  readonly subscribed: string[] = [];
  events!: DriverEvents;
  isDestroyed = false;
  onMessage!: (message: Uint8Array) => void;

  constructor() {
    MadeUpDriver.made.push(this);
  }

  send([command]: readonly unknown[]): Promise<unknown> {
    return command === 'PING' ? Promise.resolve('PONG') : new Promise(() => {});
  }
  start(events: DriverEvents): void {
    this.events = events;
    queueMicrotask(() => events.ready());
  }
  async subscribe(channel: string, onMessage: (message: Uint8Array) => void): Promise<void> {
    this.subscribed.push(channel);
    this.onMessage = onMessage;
  }
  async unsubscribe(channel: string): Promise<void> {
    this.subscribed.splice(this.subscribed.indexOf(channel), 1);
  }
  duplicate(): Driver {
    return new MadeUpDriver();
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}

async function connected(body: (connection: RedisConnection) => Promise<void>): Promise<void> {
  MadeUpDriver.made = [];
  await run(
    async () => {
      const connection = await openConnection({
        driver: new MadeUpDriver(),
        name: 'redis://h',
        replyTimeoutMs: 1000,
      });
      await body(connection);
      await connection.close();
    },
    { clock: new VirtualClock() },
  );
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

test('gives answers, and fails what is under way when it is cut', () =>
  connected(async (connection) => {
    assert.is(await connection.send(['PING']), 'PONG');
    const pending = codeOf(connection.send(['GET', 'x']));
    MadeUpDriver.made[0]!.events.down();
    assert.is(await pending, 'ERR_OXBOW_REDIS_CUT');
  }));

test('counts as dead after so long without an answer, and is replaced', () =>
  connected(async (connection) => {
    let reconnects = 0;
    connection.onReconnect(() => reconnects++);
    const pending = codeOf(connection.send(['GET', 'x']));
    await sleep(999);
    assert.not.ok(MadeUpDriver.made[0]!.isDestroyed);
    assert.is(await pending, 'ERR_OXBOW_REDIS_SILENT');
    assert.ok(MadeUpDriver.made[0]!.isDestroyed);
    await sleep(1);
    assert.is(reconnects, 1);
    assert.is(await connection.send(['PING']), 'PONG');
  }));

test('hears a channel once for all listeners, and again after a restart', () =>
  connected(async (connection) => {
    const heard: string[] = [];
    const listen = (name: string) => (message: Uint8Array) => heard.push(`${name} ${Buffer.from(message)}`);
    const leaveFirst = await connection.subscribe('news', listen('a'));
    await connection.subscribe('news', listen('b'));
    const line = MadeUpDriver.made[1]!;
    assert.equal(line.subscribed, ['news']);
    line.onMessage(Buffer.from('1'));
    await leaveFirst();
    line.onMessage(Buffer.from('2'));
    connection.restart();
    await sleep(1);
    MadeUpDriver.made.at(-1)!.onMessage(Buffer.from('3'));
    assert.equal(heard, ['a 1', 'b 1', 'b 2', 'b 3']);
  }));

test('fails every call behind its close, and what was under way', () =>
  connected(async (connection) => {
    const pending = codeOf(connection.send(['GET', 'x']));
    await connection.close();
    await connection.close();
    assert.is(await pending, 'ERR_OXBOW_REDIS_CUT');
    assert.is(await codeOf(connection.send(['PING'])), 'ERR_OXBOW_REDIS_CLOSED');
    assert.is(await codeOf(connection.subscribe('x', () => {})), 'ERR_OXBOW_REDIS_CLOSED');
  }));

test('waits for its next attempt shortly at first, and two seconds at most', () => {
  assert.ok(reconnectDelayMs(0) <= 50);
  assert.ok(reconnectDelayMs(100) <= 2000);
});

test.run();
