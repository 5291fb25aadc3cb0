/** Servers that do anything at all: the crawl neither hangs nor crashes, and its figures add up. */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { Crawler, type CrawlSink, MemoryFrontier, type PageRow } from '../../src/index.ts';

const PAGES = 10;

/** What a path answers, as bytes on the wire; a function acts on the socket itself. */
type Behaviour = string | ((socket: Socket) => void);

const page = (body: string, head = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n'): string =>
  `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const behaviour = (links: string): fc.Arbitrary<Behaviour> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(page(links)) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Behaviour>(
        page(links, 'HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n'),
        page('', 'HTTP/1.1 302 Found\r\nLocation: /1\r\n'),
        page('', 'HTTP/1.1 301 Moved\r\nLocation: http://[\r\n'),
        page('', 'HTTP/1.1 500 Oops\r\n'),
        page('', 'HTTP/1.1 999 Whatever\r\n'),
        page(links, 'HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n'),
        page(links, 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n'),
        page(links, 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-16\r\n'),
        page(links, 'HTTP/1.1 200 OK\r\nContent-Type: \xff\r\n'),
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
        'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
        `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`,
        'HTTP/1.1 204 No Content\r\n\r\n',
        'not http at all\r\n\r\n',
        (socket) => socket.destroy(),
        (socket) => socket.resetAndDestroy(),
        (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'),
        (socket) => void socket.end('HTTP/1.1 200 O'),
        () => {},
      ),
    },
  );

const site = fc.tuple(
  ...Array.from({ length: PAGES }, (_, number) => {
    const links = [2 * number + 1, 2 * number + 2, number].map((path) => `<a href="/${path % PAGES}">x</a>`);
    return behaviour(`<title>${number}</title>${links.join('')}`);
  }),
);

async function serve(behaviours: readonly Behaviour[]): Promise<{ origin: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const path = /^GET \/(\d+) /.exec(data.toString('latin1'))?.[1];
      const answer = path === undefined ? page('', 'HTTP/1.1 404 Not Found\r\n') : behaviours[Number(path)]!;
      if (typeof answer === 'function') answer(socket);
      else socket.write(Buffer.from(answer, 'latin1'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const test = suite('any server');
test('leaves a crawl that ends, with one outcome for each URL', () =>
  fc.assert(
    fc.asyncProperty(site, async (behaviours) => {
      const server = await serve(behaviours);
      const frontier = new MemoryFrontier({ maxInFlightUndelayed: 8 });
      const rows: PageRow[] = [];
      const sink: CrawlSink = {
        commit: 'with-frontier',
        open: async () => {},
        write: async (added) => rows.push(...(added as PageRow[])),
        sync: async () => {},
        cutBack: async () => assert.unreachable('nothing is to be cut back'),
        close: async () => {},
      };
      try {
        const crawl = new Crawler({
          seeds: `${server.origin}/0`,
          frontier,
          retry: { maxAttempts: 1, baseMs: 1 },
          limits: { headersTimeoutMs: 60, bodyIdleTimeoutMs: 60 },
        });
        await crawl.to(sink);
        const { pages, failed, redirects, failures, links } = crawl.statistics();
        const good = rows.filter((row) => row.status >= 200 && row.status < 300);
        assert.is(pages, good.length);
        assert.is(
          links,
          good.reduce((sum, row) => sum + row.links.length, 0),
        );
        assert.is(new Set(rows.map((row) => row.url)).size, rows.length);
        const { known, queued, leased, done, failed: lost } = await frontier.statistics();
        assert.equal([queued, leased, done + lost], [0, 0, known]);
        assert.is(pages + failed + redirects, known);
        assert.is(
          Object.values(failures).reduce((sum, count) => sum + count, 0),
          lost,
        );
        assert.is(rows.length, done);
      } finally {
        await server.close();
      }
    }),
    { numRuns: 60 },
  ));
test.run();
