import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '@oxbow/loop';
import { connect } from '@oxbow/websocket';
import { openRooms, type Rooms } from '../src/rooms.ts';

/** Opens the server on a free port of this machine, and closes it whatever happens. */
function withRooms(body: (rooms: Rooms) => Promise<void>): Promise<void> {
  return run(async () => {
    const rooms = await openRooms(0, '127.0.0.1');
    try {
      await body(rooms);
    } finally {
      await rooms.close(100);
    }
  });
}

test('what one client sends, everybody in the same room hears', () =>
  withRooms(async ({ port }) => {
    const ada = await connect(`ws://127.0.0.1:${port}/rooms?name=tea`);
    const bob = await connect(`ws://127.0.0.1:${port}/rooms?name=tea`);
    // What is sent before Bob has joined would not reach him; his own message coming back says that he has.
    await bob.send('bob is here');
    for await (const message of bob) if (message === 'bob is here') break;

    await ada.send('hello');
    for await (const message of bob) {
      assert.equal(message, 'hello');
      break;
    }
    await ada.close();
    await bob.close();
  }));

test('says that it is well', () =>
  withRooms(async ({ port }) => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`);
    assert.equal(await response.text(), 'ok\n');
  }));
