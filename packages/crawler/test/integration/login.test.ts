import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '@oxbow/http';
import { assert, suite } from '@oxbow/testkit';
import { Crawler, type CrawlerOptions } from '../../src/index.ts';
import { linksTo, type Route, type Site, serveSite } from './site.ts';

/** Members only: whoever has no cookie is sent to the door. */
const members =
  (html: string): Route =>
  (request, response) => {
    if (request.headers.cookie === 'id=7') response.setHeader('content-type', 'text/html').end(html);
    else response.writeHead(302, { location: '/login' }).end();
  };
const ROUTES: Readonly<Record<string, Route>> = {
  '/': members(linksTo('/a')),
  '/a': members('<title>a</title>'),
  '/login': (request, response) => {
    if (request.method === 'POST') response.setHeader('set-cookie', 'id=7; Path=/').end('welcome');
    else response.writeHead(403).end();
  },
};

const test = suite('login');
let site: Site;
test.before.each(async () => {
  site = await serveSite(ROUTES);
});
test.after.each(() => site.close());

const signIn = (session: Session) => session.post(`${site.origin}/login`, { form: { user: 'me' } }).text();
async function statusesOf(options: Partial<CrawlerOptions>): Promise<number[]> {
  const statuses: number[] = [];
  const crawl = new Crawler({ seeds: `${site.origin}/`, robots: false, ...options });
  await crawl.forEach(({ status }) => void statuses.push(status));
  return statuses;
}
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

test('comes before the first page, and its cookies go with every request', async () => {
  assert.equal(await statusesOf({ login: signIn }), [200, 200]);
  assert.equal(site.requests, ['/login', '/', '/a']);
});
test('signs in a session that was given, which stays open', async () => {
  const session = new Session({ cookies: true });
  assert.equal(await statusesOf({ login: signIn, session }), [200, 200]);
  assert.is(await session.get(`${site.origin}/a`).text(), '<title>a</title>');
  await session.close();
});
test('ends the crawl before its first page when it fails, and leaves its URLs for the next start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-login-'));
  const frontier = join(folder, 'crawl.db');
  const login = (session: Session) => session.get(`${site.origin}/login`).text();
  const error = await statusesOf({ login, frontier }).catch((reason: Error & { code: string }) => reason);
  assert.is((error as { code: string }).code, 'ERR_OXBOW_CRAWLER_LOGIN');
  assert.match((error as Error).message, '403');
  assert.equal(site.requests, ['/login']);
  // The function is not kept: a start without it would crawl the door.
  assert.is(await codeOf(statusesOf({ frontier })), 'ERR_OXBOW_CRAWLER_OPTION');
  assert.equal(await statusesOf({ frontier, login: signIn }), [200, 200]);
  await rm(folder, { recursive: true, force: true });
});
test('is refused when it is no function, and with a session that keeps no cookies', async () => {
  const refused = (options: object) =>
    assert.throws(
      () => new Crawler({ seeds: site.origin, ...options }),
      (error: { code: string }) => error.code === 'ERR_OXBOW_CRAWLER_OPTION',
    );
  refused({ login: 'me' });
  const session = new Session({ cookies: false });
  refused({ login: signIn, session });
  await session.close();
});
test.run();
