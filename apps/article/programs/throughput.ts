// N requests that each take 20 ms: one after another they take N × t_io, together about t_io. Both are measured as far as that is
// a matter of seconds; the last line is the formula.
import { Session } from '@oxbow/http';
import { gather } from '@oxbow/loop';
import { openSlowServer } from './slow-server.ts';

const T_IO_MS = 20;
/** The most connections at once; beyond, requests wait for one. */
const CONNECTIONS = 1000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started);
}

export async function main(): Promise<void> {
  const server = await openSlowServer(T_IO_MS, () => 10);
  const session = new Session({
    baseUrl: server.url,
    limits: { perOrigin: CONNECTIONS, total: CONNECTIONS, maxQueued: 20_000 },
  });
  const fetchAll = (n: number) => gather(Array.from({ length: n }, () => session.get('/').text()));
  const fetchInTurn = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i++) await session.get('/').text();
  };
  try {
    await fetchAll(CONNECTIONS); // opens the connections, which is not what is measured
    for (const n of [1, 10, 100]) {
      console.log(
        `N = ${n}: in turn ${await timed(() => fetchInTurn(n))} ms, together ${await timed(() => fetchAll(n))} ms`,
      );
    }
    for (const n of [1000, 10_000]) {
      console.log(
        `N = ${n}: in turn ${n * T_IO_MS} ms by the formula, together ${await timed(() => fetchAll(n))} ms`,
      );
    }
    console.log(`at most ${server.waiting.most} requests waited at the server at once`);
  } finally {
    await session.close();
    await server.close();
  }
}
