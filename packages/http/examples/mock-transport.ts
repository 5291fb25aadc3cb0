// A retry schedule as a deterministic test: no network, and no time passes.
import { MockTransport, Session } from '@oxbow/http';
import { run, VirtualClock } from '@oxbow/loop';

await run(
  async () => {
    const mock = new MockTransport().on(
      'GET',
      'https://example.org/report',
      { status: 503, headers: { 'retry-after': '30' } },
      { status: 502 },
      { body: ['the ', 'report'], pieceDelayMs: 500 },
    );
    const session = new Session({ transport: mock, retry: { random: () => 0.5 } });
    const response = await session.get('https://example.org/report');
    console.log(await response.text());
    for (const { reason, status } of response.attempts) console.log(reason, status);
    console.log(`${response.timings.totalMs} ms of virtual time`);
    await session.close();
  },
  { clock: new VirtualClock() },
);
