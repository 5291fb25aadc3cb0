import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MockTransport, Session } from '@oxbow/http';
import { run, VirtualClock } from '@oxbow/loop';
import { checkUrls } from '../src/check-urls.ts';

test('tells the status of each URL, after a retry where that helps', async () => {
  const web = new MockTransport()
    .on('GET', 'https://fine.test/', { body: 'hello' })
    .on('GET', 'https://busy.test/', { status: 503, headers: { 'retry-after': '30' } }, { body: 'at last' })
    .on('GET', 'https://gone.test/', { status: 404 });

  // The thirty seconds that the busy one asks for take no time on a virtual clock.
  const rows = await run(
    async () => {
      const session = new Session({ transport: web });
      const urls = ['https://fine.test/', 'https://busy.test/', 'https://gone.test/', 'http://:nonsense'];
      const found = await checkUrls(session, urls);
      await session.close();
      return found;
    },
    { clock: new VirtualClock() },
  );

  assert.deepEqual(
    rows.map(({ result, bytes }) => [result, bytes]),
    [
      [200, 5],
      [200, 7],
      [404, 0],
      ['ERR_OXBOW_HTTP_INVALID_URL', 0],
    ],
  );
});
