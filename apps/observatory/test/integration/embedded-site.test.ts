import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { type EmbeddedSite, openEmbeddedSite } from '../../src/embedded-site.ts';

interface Context {
  root: string;
  site: EmbeddedSite;
}

const test = suite<Context>('the embedded site');

test.before(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'oxbow-site-'));
  await mkdir(join(context.root, 'docs'));
  await mkdir(join(context.root, 'node_modules'));
  await mkdir(join(context.root, '.git'));
  await writeFile(join(context.root, 'README.md'), '# Front\n\n[docs](docs/) [code](code.ts)');
  await writeFile(join(context.root, 'docs/README.md'), '# Docs\n\n[up](../README.md)');
  await writeFile(join(context.root, 'code.ts'), 'export {};\n');
  await writeFile(join(context.root, 'node_modules/hidden.md'), '# hidden');
  await writeFile(join(context.root, '.git/config.txt'), 'secret');
  await symlink('/etc/hostname', join(context.root, 'outside.txt'));
  context.site = await openEmbeddedSite(context.root);
});

test.after(async (context) => {
  await context.site.close();
  await context.site.close();
  await rm(context.root, { recursive: true });
});

test('serves the README as its front page and every other document beside it', async ({ site }) => {
  assert.is(site.pages, 2);
  assert.is(site.urls, 4);
  const front = await fetch(site.url);
  assert.is(front.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(await front.text(), '<title>Front</title>');
  assert.match(await (await fetch(`${site.url}docs/README.html`)).text(), 'href="../README.html"');
});

test('redirects a folder to its README', async ({ site }) => {
  const response = await fetch(`${site.url}docs/`, { redirect: 'manual' });
  assert.is(response.status, 302);
  assert.is(response.headers.get('location'), '/docs/README.html');
});

test('lists the files of a folder that has no README', async ({ site, root }) => {
  await mkdir(join(root, 'examples'), { recursive: true });
  await writeFile(join(root, 'examples/one.ts'), 'export {};\n');
  await writeFile(join(root, 'examples/picture.png'), '');
  const text = await (await fetch(`${site.url}examples/`)).text();
  assert.match(text, '<a href="/examples/one.ts">one.ts</a>');
  assert.not.ok(text.includes('picture.png'));
  assert.is((await fetch(`${site.url}examples`)).status, 200);
});

test('serves linked source files as text and robots.txt', async ({ site }) => {
  assert.is(await (await fetch(`${site.url}code.ts`)).text(), 'export {};\n');
  assert.match(await (await fetch(`${site.url}robots.txt`)).text(), 'Allow: /');
});

test('serves the pictures of its documents', async ({ site, root }) => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  await writeFile(join(root, 'drawing.svg'), svg);
  const response = await fetch(`${site.url}drawing.svg`);
  assert.is(response.headers.get('content-type'), 'image/svg+xml');
  assert.is(await response.text(), svg);
});

test('answers 404 for what is hidden, outside, or not there, and 400 for a broken path', async ({ site }) => {
  for (const path of [
    'node_modules/hidden.html',
    '.git/config.txt',
    'outside.txt',
    '%2e%2e/%2e%2e/etc/hosts.txt',
    'nothing.html',
  ]) {
    assert.is((await fetch(site.url + path)).status, 404, path);
  }
  assert.is((await fetch(`${site.url}%zz`)).status, 400);
});

test.run();
