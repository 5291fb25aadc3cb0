// Several URLs at once through one session: it takes as long as the slowest of them, not as all of them together.
import { Session } from '@oxbow/http';
import { gather } from '@oxbow/loop';
import { openSlowServer } from './slow-server.ts';

const PAGES: Readonly<Record<string, number>> = { '/': 1280, '/docs': 52_400, '/about': 640, '/logo': 9_000 };

export async function main(): Promise<void> {
  const server = await openSlowServer(100, (path) => PAGES[path] ?? 0);
  const session = new Session({ baseUrl: server.url });
  try {
    const started = performance.now();
    const bodies = await gather(Object.keys(PAGES).map((path) => session.get(path).bytes()));
    const elapsed = performance.now() - started;
    for (const [index, path] of Object.keys(PAGES).entries())
      console.log(`${path}: ${bodies[index]?.length} bytes`);
    console.log(`all four in ${Math.round(elapsed)} ms; each takes 100 ms`);
  } finally {
    await session.close();
    await server.close();
  }
}
