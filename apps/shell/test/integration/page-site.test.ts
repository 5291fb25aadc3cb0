import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert, suite } from '@oxbow/testkit';
import { APPS } from '../../src/app-list.ts';
import { choosePort, isLoopbackHost, openPageSite, PortTakenError } from '../../src/page-site.ts';

const FILES = new Map([
  ['/', { contentType: 'text/html; charset=utf-8', body: new TextEncoder().encode('<p>hello</p>') }],
]);

function status(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const test = suite('the site of the page');

test('serves its files and nothing else, to this machine only', async () => {
  const site = await openPageSite({ app: 'observatory', files: FILES, port: 0 });
  try {
    const page = await fetch(`${site.url}?x=1`);
    assert.is(await page.text(), '<p>hello</p>');
    assert.match(page.headers.get('content-security-policy') ?? '', "default-src 'self'");
    assert.is((await fetch(`${site.url}other`)).status, 404);
    assert.is((await fetch(site.url, { method: 'POST' })).status, 405);
    assert.is(await status(site.url, { host: 'evil.example' }), 421);
  } finally {
    await site.close();
  }
});

test('refuses a named port that is taken, in one sentence', async () => {
  const blocker = createServer();
  blocker.listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  try {
    await openPageSite({ app: 'observatory', files: FILES, port });
    assert.unreachable('the port was taken');
  } catch (error) {
    assert.ok(error instanceof PortTakenError);
    assert.is(
      error.message,
      `port ${port} cannot be used (it is in use): name another with --port, or 0 for a free one`,
    );
  } finally {
    blocker.close();
  }
});

test('says its name, lists the apps that run, and leaves the rest to its route', async () => {
  const site = await openPageSite({
    app: 'lab',
    files: FILES,
    port: 0,
    route: (path, _request, response) => {
      if (path !== '/slow') return false;
      response.end('routed');
      return true;
    },
  });
  try {
    assert.equal(await (await fetch(new URL('/app.json', site.url))).json(), { name: 'lab' });
    const listed = (await (await fetch(new URL('/apps.json', site.url))).json()) as { name: string }[];
    assert.equal(
      listed.map(({ name }) => name),
      APPS.map(({ name }) => name),
    );
    assert.is(await (await fetch(new URL('/slow', site.url))).text(), 'routed');
    assert.is(await status(new URL('/slow', site.url).href, { host: 'evil.example' }), 421);
  } finally {
    await site.close();
  }
});

test('without a named port it takes a free one when the usual one is taken', async () => {
  const [first, second] = [
    await openPageSite({ app: 'echo', files: FILES }),
    await openPageSite({ app: 'echo', files: FILES }),
  ];
  assert.is.not(first.url, second.url);
  await Promise.all([first.close(), second.close()]);
});

test('what is put on its server is there before anybody can connect', async () => {
  let wasListening: boolean | undefined;
  const site = await openPageSite({
    app: 'lab',
    files: FILES,
    port: 0,
    prepare: async (server) => void (wasListening = server.listening),
  });
  await site.close();
  assert.is(wasListening, false);
});

test('a port for several processes is chosen by the same rule, and left free', async () => {
  const port = await choosePort('echo', 0);
  assert.is(await choosePort('echo', port), port);
  const site = await openPageSite({ app: 'echo', files: FILES, port });
  try {
    assert.is(new URL(site.url).port, String(port));
    await choosePort('echo', port).then(
      () => assert.unreachable('the port is taken'),
      (error: Error) => assert.ok(error instanceof PortTakenError),
    );
  } finally {
    await site.close();
  }
});

test('knows the names of this machine', () => {
  for (const host of ['127.0.0.1:80', 'localhost', 'LOCALHOST:4280', '[::1]:1'])
    assert.ok(isLoopbackHost(host), host);
  for (const host of [undefined, '', 'localhost.evil.example', '127.0.0.1.nip.io', '10.0.0.1'])
    assert.not.ok(isLoopbackHost(host), host);
});

test.run();
