import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MockTransport, Session } from '@oxbow/http';
import { run, VirtualClock } from '@oxbow/loop';
import { createCrawl } from '../src/crawl.ts';

const HTML = { 'content-type': 'text/html' };

test('takes the title and the headings of every page', async () => {
  const site = new MockTransport()
    .on('GET', 'https://site.test/robots.txt', { status: 404 })
    .on('GET', 'https://site.test/', {
      headers: HTML,
      body: '<title>Home</title><h1>Hello</h1><a href="/about">About</a>',
    })
    .on('GET', 'https://site.test/about', { headers: HTML, body: '<title>About</title><h2>Us</h2>' });

  const pages: string[] = [];
  const headings: unknown[] = [];
  // The crawl leaves a second between its requests; on a virtual clock that takes no time.
  await run(
    async () => {
      const session = new Session({ transport: site });
      const crawl = createCrawl('https://site.test/', { session });
      for await (const page of crawl) {
        pages.push(page.url);
        headings.push(page.select('h1, h2').texts);
      }
      await session.close();
    },
    { clock: new VirtualClock() },
  );

  assert.deepEqual(pages, ['https://site.test/', 'https://site.test/about']);
  assert.deepEqual(headings, [['Hello'], ['Us']]);
});
