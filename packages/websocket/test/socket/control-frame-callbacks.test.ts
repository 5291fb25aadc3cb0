import { assert, suite } from '@oxbow/testkit';
import { ControlFrameCallbacks } from '../../src/socket/control-frame-callbacks.ts';

const test = suite('callbacks for Pings and Pongs');

test('each kind hears its own; one that throws is told to the owner', () => {
  const errors: unknown[] = [];
  const heard: unknown[] = [];
  const callbacks = new ControlFrameCallbacks((error) => errors.push(error));
  const off = callbacks.add('ping', () => {
    throw new Error('a bug');
  });
  callbacks.add('ping', (payload) => heard.push(['ping', ...payload]));
  callbacks.add('pong', (payload, latencyMs) => heard.push(['pong', ...payload, latencyMs]));
  callbacks.tell('ping', Uint8Array.of(1));
  off();
  callbacks.tell('ping', Uint8Array.of(2));
  callbacks.tell('pong', Uint8Array.of(3), 4);
  assert.equal(heard, [
    ['ping', 1],
    ['ping', 2],
    ['pong', 3, 4],
  ]);
  assert.is(errors.length, 1);
});

test.run();
