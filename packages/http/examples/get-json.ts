// Asks a small server of its own for JSON, with a schema, a retry and a deadline.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Session, type StandardSchema } from '@oxbow/http';

let turn = 0;
const server = createServer((_, response) => {
  // The first answer is an overload: the session tries again by itself.
  if (turn++ === 0) response.writeHead(503, { 'retry-after': '0' }).end();
  else response.end(JSON.stringify({ name: 'Ada', born: 1815 }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

// Any validator with the Standard Schema interface will do; this one is written by hand.
const person: StandardSchema<{ name: string; born: number }> = {
  '~standard': {
    version: 1,
    vendor: 'example',
    validate: (value) => {
      const { name, born } = value as { name?: unknown; born?: unknown };
      if (typeof name === 'string' && typeof born === 'number') return { value: { name, born } };
      return { issues: [{ message: 'a person has a name and a year' }] };
    },
  },
};

const { port } = server.address() as AddressInfo;
const session = new Session({ baseUrl: `http://127.0.0.1:${port}/`, timeouts: { totalMs: 5_000 } });
try {
  const request = session.get('person');
  const { name, born } = await request.json(person);
  console.log(`${name}, born ${born}, after ${(await request).attempts.length} attempts`);
} finally {
  await session.close();
  server.close();
}
