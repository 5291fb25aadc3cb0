import { sleep } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { rejectionOf } from '../rejection.ts';
import { within } from './within.ts';

const test = suite('session.map');

const urls = (count: number, host = 'a') =>
  Array.from({ length: count }, (_, i) => `http://${host}.test/${i}`);

test(
  'gives a response for every URL',
  within(
    (mock) => mock.on('GET', /./, (request) => ({ body: request.url })),
    {},
    async (session) => {
      const bodies: string[] = [];
      for await (const response of session.map(urls(30), { concurrency: 4 }))
        bodies.push(await response.text());
      assert.equal(bodies.sort(), urls(30).sort());
    },
  ),
);

test(
  'responses come as they are ready, not in the order of the URLs',
  within(
    (mock) => mock.on('GET', /0$/, { delayMs: 100 }).on('GET', /./, { delayMs: 10 }),
    {},
    async (session) => {
      const order = (await session.map(urls(3), { concurrency: 3 }).collect()).map((response) =>
        response.url.at(-1),
      );
      assert.equal(order, ['1', '2', '0']);
    },
  ),
);

test(
  'a URL is pulled only when its request can go: any number of them takes constant memory',
  within(
    (mock) => mock.on('GET', /./, { body: 'x', delayMs: 10 }),
    {},
    async (session, mock) => {
      let pulled = 0;
      let read = 0;
      function* endless() {
        for (;;) yield `http://a.test/${pulled++}`;
      }
      for await (const response of session.map(endless(), { concurrency: 5 })) {
        await response.text();
        read++;
        // What is between the source and the reader: requests under way and the default buffer of 64.
        assert.ok(pulled - read <= 5 + 64 + 5, `${pulled} pulled, ${read} read`);
        // Under way, and those whose last turn is still to come.
        assert.ok(mock.active <= 2 * 5);
        if (read === 500) break;
      }
      await sleep(20);
    },
  ),
);

test(
  'perOrigin bounds this map, beside the limits of the session',
  within(
    (mock) => mock.on('GET', /./, { body: 'x', delayMs: 10 }),
    {},
    async (session, mock) => {
      let most = 0;
      const both = [...urls(6, 'a'), ...urls(6, 'b')];
      const watch = (async () => {
        for (let i = 0; i < 40; i++) {
          most = Math.max(most, mock.active);
          await sleep(2);
        }
      })();
      const responses = await session.map(both, { concurrency: 12, perOrigin: 2 }).collect();
      await watch;
      assert.is(responses.length, 12);
      assert.is(most, 4);
    },
  ),
);

test(
  'a failure ends the stream, unless somebody is told of it',
  within(
    (mock) => mock.on('GET', /[02]$/, { body: 'x' }),
    { retry: false },
    async (session) => {
      assert.is((await rejectionOf(session.map(urls(3)).collect())).code, 'ERR_OXBOW_HTTP_NO_MOCK');
      const failed: string[] = [];
      const responses = await session.map(urls(3), { onFailure: (_, url) => failed.push(url) }).collect();
      assert.is(responses.length, 2);
      assert.equal(failed, ['http://a.test/1']);
    },
  ),
);

test(
  'leaving it cancels what is under way',
  within(
    (mock) => mock.on('GET', /0$/, { body: 'x' }).on('GET', /./, { stall: 'headers' }),
    {},
    async (session, mock) => {
      for await (const response of session.map(urls(4), { concurrency: 4 })) {
        await response.text();
        break;
      }
      assert.is(mock.active, 0);
    },
  ),
);

test(
  'options of a request hold for all of them, and bad ones are refused',
  within(
    (mock) => mock.on('GET', /./, (request) => ({ body: request.headers['x-a'] ?? '' })),
    {},
    async (session) => {
      for await (const response of session.map(urls(2), { headers: { 'X-A': '1' } }))
        assert.is(await response.text(), '1');
      assert.is(
        (await rejectionOf(session.map(urls(2), { nonsense: 1 } as object).collect())).code,
        'ERR_OXBOW_UNKNOWN_OPTION',
      );
    },
  ),
);

for (const [how, leave] of [
  ['break', () => false],
  [
    'a throw',
    () => {
      throw new Error('enough');
    },
  ],
] as const) {
  test(
    `leaving by ${how} frees what had come and was not handed over`,
    within(
      (mock) => mock.on('GET', /./, { body: Array.from({ length: 8 }, () => 'x'.repeat(32 * 1024)) }),
      { limits: { perOrigin: 5 } },
      async (session, mock) => {
        const loop = async () => {
          for await (const response of session.map(urls(20), { concurrency: 5 })) {
            await sleep(100);
            assert.is(mock.active, 5);
            response.discard();
            if (!leave()) break;
          }
        };
        await loop().catch((error: Error) => assert.is(error.message, 'enough'));
        assert.is(mock.active, 0);
      },
    ),
  );
}

test.run();
