/**
 * The site that `npm start` crawls when no URL is named: this repository's own Markdown, rendered when it starts and
 * served on loopback. It also serves the source files the documents link to, as plain text, and folders as lists.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { escapeHtml, pagePath, renderPage, titleOf } from './markdown-page.ts';

/** A running site. */
export interface EmbeddedSite {
  /** The front page, `http://127.0.0.1:port/`. */
  readonly url: string;
  /** How many pages were rendered. */
  readonly pages: number;
  /** How many URLs of the site its pages lead to, themselves included: about what a crawl will find. */
  readonly urls: number;
  /** Ends the server and its connections; safe to call twice. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly location?: string;
}

/** What is installed or made from the rest: the reference and the site of `npm run docs` too. */
const IGNORED_FOLDERS = new Set([
  'node_modules',
  'dist',
  'coverage',
  'fixtures',
  'templates',
  'reference',
  'reference-html',
  'site',
]);
const TEXT_EXTENSIONS = new Set(['.ts', '.mjs', '.json', '.yaml', '.yml', '.txt', '.css']);
/** Pictures of the documents, with their types. */
const PICTURES: Readonly<Record<string, string>> = { '.png': 'image/png', '.svg': 'image/svg+xml' };
/** Files without an extension that documents link to. */
const TEXT_FILES = new Set(['LICENSE']);
/** A source file larger than this is answered 413: the site is for reading. */
const MAX_SOURCE_BYTES = 1024 * 1024;
const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const MISSING: Answer = { status: 404, type: TEXT, body: 'there is no such page\n' };

/** Renders every Markdown file below `root` and serves the pages on a free loopback port. */
export async function openEmbeddedSite(root: string): Promise<EmbeddedSite> {
  const base = await realpath(root);
  const pages = await renderSite(base);
  const urls = await countUrls(base, pages);
  const server = createServer((request, response) => {
    const path = sitePath(request.url ?? '/');
    answer(base, pages, path).then(
      (result) => send(response, result, request.method === 'HEAD'),
      () => send(response, { status: 500, type: TEXT, body: 'this page could not be read\n' }, false),
    );
  });
  await listening(server);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    pages: pages.size,
    urls,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

async function renderSite(base: string): Promise<ReadonlyMap<string, string>> {
  const files = await markdownFiles(base, '');
  const sources = await Promise.all(files.map((file) => readFile(join(base, file), 'utf8')));
  const navigation = files.map((file, at) => [pagePath(file), titleOf(sources[at] ?? '', file)] as const);
  return new Map(
    files.map((file, at) => [pagePath(file), renderPage(sources[at] ?? '', file, navigation).html]),
  );
}

async function markdownFiles(base: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(join(base, folder), { withFileTypes: true });
  entries.sort((a, b) => Number(a.isDirectory()) - Number(b.isDirectory()) || a.name.localeCompare(b.name));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || IGNORED_FOLDERS.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await markdownFiles(base, path)));
    else if (entry.isFile() && entry.name.endsWith('.md')) found.push(path);
  }
  return found;
}

async function countUrls(base: string, pages: ReadonlyMap<string, string>): Promise<number> {
  const paths = new Set<string>();
  for (const [page, html] of pages) {
    const from = new URL(page, 'http://site/');
    for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) {
      const url = URL.parse(href, from.href);
      if (url?.host === from.host) paths.add(url.pathname.slice(1));
    }
  }
  // A folder is a page of links to its files.
  for (const path of [...paths]) {
    if (pages.has(path) || pages.has(`${path.replace(/\/$/, '')}/README.html`)) continue;
    const entries = await readdir(join(base, path), { withFileTypes: true }).catch(() => []);
    for (const { name } of entries) if (isReadable(name)) paths.add(`${path.replace(/\/$/, '')}/${name}`);
  }
  return paths.size;
}

function sitePath(requested: string): string | undefined {
  const [path = ''] = requested.split(/[?#]/, 1);
  try {
    return decodeURIComponent(path).replace(/^\/+/, '');
  } catch {
    return undefined;
  }
}

async function answer(
  base: string,
  pages: ReadonlyMap<string, string>,
  path: string | undefined,
): Promise<Answer> {
  if (path === undefined)
    return { status: 400, type: TEXT, body: 'the path is not valid percent-encoding\n' };
  if (path === 'robots.txt') return { status: 200, type: TEXT, body: 'User-agent: *\nAllow: /\n' };
  const page = pages.get(path === '' ? 'README.html' : path);
  if (page !== undefined) return { status: 200, type: HTML, body: page };
  const readme = `${path.replace(/\/$/, '')}/README.html`;
  if (pages.has(readme)) return { status: 302, type: TEXT, body: '', location: `/${readme}` };
  return source(base, path);
}

/** A file below the repository as text, or a folder as a page of links to its files. */
async function source(base: string, path: string): Promise<Answer> {
  const segments = path.replace(/\/$/, '').split('/');
  const hidden = segments.some((segment) => segment.startsWith('.') || IGNORED_FOLDERS.has(segment));
  if (hidden || path.includes('\0')) return MISSING;
  const file = await realpath(join(base, path)).catch(() => undefined);
  if (file === undefined || !file.startsWith(base + sep)) return MISSING;
  const found = await stat(file);
  if (found.isDirectory()) return folderPage(file, segments.join('/'));
  const picture = PICTURES[extname(path)];
  if (!found.isFile() || (picture === undefined && !isReadable(path))) return MISSING;
  if (found.size > MAX_SOURCE_BYTES) {
    return { status: 413, type: TEXT, body: 'this file is too large to read here\n' };
  }
  if (picture !== undefined) return { status: 200, type: picture, body: await readFile(file) };
  return { status: 200, type: TEXT, body: await readFile(file, 'utf8') };
}

async function folderPage(folder: string, path: string): Promise<Answer> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && isReadable(entry.name)).map(({ name }) => name);
  const items = names.sort().map((name) => `<li><a href="/${path}/${name}">${escapeHtml(name)}</a></li>`);
  const title = escapeHtml(path);
  const body = `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><ul>${items.join('')}</ul>\n`;
  return { status: 200, type: HTML, body };
}

function isReadable(path: string): boolean {
  return TEXT_EXTENSIONS.has(extname(path)) || TEXT_FILES.has(path);
}

function send(response: ServerResponse, result: Answer, headOnly: boolean): void {
  response.writeHead(result.status, {
    'content-type': result.type,
    'content-length': Buffer.byteLength(result.body),
    'x-content-type-options': 'nosniff',
    ...(result.location === undefined ? {} : { location: result.location }),
  });
  response.end(headOnly ? undefined : result.body);
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
