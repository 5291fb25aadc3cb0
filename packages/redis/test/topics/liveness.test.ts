import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import type { RedisArgument, RedisConnection } from '../../src/connection/redis-commands.ts';
import { Liveness } from '../../src/topics/liveness.ts';

const test = suite('whether what is published still arrives');

/** A server that carries what is published, while it does. */
class Carrier {
  isCarrying = true;
  canSend = true;
  restarts = 0;
  sent = 0;
  #heard: (message: Uint8Array) => void = () => {};
  readonly connection = {
    subscribe: async (_channel: string, heard: (message: Uint8Array) => void) => {
      this.#heard = heard;
      return async () => {};
    },
    send: async ([, , text]: readonly RedisArgument[]) => {
      if (!this.canSend) throw new Error('cut');
      this.sent += 1;
      if (this.isCarrying) this.#heard(Buffer.from(text as string));
      return 1;
    },
    restart: () => {
      this.restarts += 1;
      this.isCarrying = true;
    },
  } as unknown as RedisConnection;
}

const probed = (body: (carrier: Carrier) => Promise<void>): Promise<void> =>
  run(
    async () => {
      const carrier = new Carrier();
      const liveness = new Liveness(currentLoop(), 'probe', 1000);
      await liveness.begin(carrier.connection);
      await body(carrier);
      liveness.end();
      const { sent } = carrier;
      await sleep(10_000);
      assert.is(carrier.sent, sent, 'nothing is sent once it has ended');
    },
    { clock: new VirtualClock() },
  );

test('a connection that carries is left alone', () =>
  probed(async (carrier) => {
    await sleep(10_500);
    assert.equal([carrier.sent, carrier.restarts], [11, 0]);
  }));

test('one that carries nothing is replaced within the time of a probe, and is probed on', () =>
  probed(async (carrier) => {
    await sleep(500);
    carrier.isCarrying = false;
    await sleep(2000);
    assert.is(carrier.restarts, 1);
    await sleep(5000);
    assert.is(carrier.restarts, 1);
  }));

test('a probe that cannot be sent says nothing about the channel', () =>
  probed(async (carrier) => {
    carrier.canSend = false;
    await sleep(5000);
    assert.is(carrier.restarts, 0);
  }));

test.run();
