// covers: src/transport/undici-transport.ts
import { createServer } from 'node:net';
import { UndiciTransport } from '../../src/index.ts';
import { transportContract } from '../contract/transport.ts';
import { httpServer } from './loopback.ts';

/** A port where nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

transportContract('undici', async () => {
  const server = await httpServer((request, response) => {
    switch (request.url) {
      case '/hello':
        response.setHeader('X-Answer', 'yes');
        response.end('hello');
        return;
      case '/echo':
        request.pipe(response);
        return;
      case '/endless': {
        const chunk = Buffer.alloc(64 * 1024);
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
        return;
      }
      default:
        return;
    }
  });
  const transport = new UndiciTransport();
  return {
    transport,
    origin: server.url,
    refusedOrigin: `http://127.0.0.1:${await freePort()}`,
    close: async () => {
      await transport.close();
      await server.close();
    },
  };
});
