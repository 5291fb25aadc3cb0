import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import type { DetailAnswer, SearchAnswer } from '../../src/feed-message.ts';
import { PageBook } from '../../src/page-book.ts';
import { pageRoutes } from '../../src/page-routes.ts';

interface Context {
  folder: string;
  server: Server;
  origin: string;
}

// covers: src/page-routes.ts
const test = suite<Context>('what the page asks for beside the feed', {} as Context);

test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-routes-'));
  const book = new PageBook();
  book.failure({
    url: 'http://a/',
    reason: 'the network failed',
    kind: 'network',
    referrer: null,
    depth: 0,
    attempt: 1,
  });
  const job = {
    explain: async (url: string) => {
      if (url === '') throw new Error('the frontier is closed');
      return [`asked with ${url.length} characters`];
    },
  };
  const route = pageRoutes({ book, job, output: join(context.folder, 'räume.jsonl') });
  const none = pageRoutes({ book, job, output: undefined });
  context.server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const isAnswered = path.startsWith('/none')
      ? none(path.slice('/none'.length), request, response)
      : route(path, request, response);
    if (!isAnswered) response.writeHead(404).end('not a route');
  });
  await new Promise<void>((resolve) => context.server.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(context.server.address() as AddressInfo).port}`;
});

test.after(async ({ server, folder }) => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

test('the details of a URL come with why; of one that is not kept, the why alone', async ({ origin }) => {
  const known = await json<DetailAnswer>(`${origin}/detail?url=${encodeURIComponent('http://a/')}`);
  assert.equal([known.detail?.failure?.kind, known.explanation], ['network', ['asked with 9 characters']]);
  const unknown = await (await fetch(`${origin}/detail?url=x`)).json();
  assert.equal(unknown, { detail: null, explanation: ['asked with 1 characters'] });
});

test('what cannot be explained is told as it is, and a URL longer than any is cut', async ({ origin }) => {
  assert.equal(await (await fetch(`${origin}/explain`)).json(), ['the frontier is closed']);
  assert.equal(await (await fetch(`${origin}/explain?url=${'x'.repeat(4096)}`)).json(), [
    'asked with 4096 characters',
  ]);
  assert.equal(await (await fetch(`${origin}/explain?url=${'x'.repeat(4097)}`)).json(), [
    'asked with 4096 characters',
  ]);
});

test('a search with words it does not know is one without them', async ({ origin }) => {
  const answer = await json<SearchAnswer>(`${origin}/pages?status=9xx&order=best`);
  assert.equal([answer.searched, answer.matches], [1, 1]);
  assert.is((await json<SearchAnswer>(`${origin}/pages?failure=timeout`)).matches, 0);
});

test('the output is a file of its name, as long as it is by now', async ({ origin, folder }) => {
  const early = await fetch(`${origin}/output`);
  assert.equal([early.status, await early.text()], [404, 'the output is not there yet\n']);
  await writeFile(join(folder, 'räume.jsonl'), '');
  assert.is(await (await fetch(`${origin}/output`)).text(), '');
  await writeFile(join(folder, 'räume.jsonl'), '{"url":"http://a/"}\n');
  const answer = await fetch(`${origin}/output`);
  assert.is(await answer.text(), '{"url":"http://a/"}\n');
  assert.is(answer.headers.get('content-disposition'), "attachment; filename*=UTF-8''r%C3%A4ume.jsonl");
});

test('other paths and methods are left to the site, and so is an output that is none', async ({ origin }) => {
  for (const [path, method] of [
    ['/constructor', 'GET'],
    ['/detail', 'POST'],
    ['/none/output', 'GET'],
  ] as const)
    assert.is((await fetch(origin + path, { method })).status, 404, `${method} ${path}`);
});

test.run();
