import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite, until } from '@oxbow/testkit';
import { startProgram } from './program.ts';
import { chainOfPages, openSite } from './site.ts';

interface Row {
  readonly url: string;
  readonly status: number;
  readonly title: string | null;
  readonly links: readonly string[];
  readonly depth: number;
  readonly referrer: string | null;
}

interface Context {
  folder: string;
}

const test = suite<Context>('a crawl from the command line', { folder: '' });

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-crawl-'));
});

test.after.each(async (context) => {
  await rm(context.folder, { recursive: true });
});

async function rowsOf(folder: string): Promise<Row[]> {
  const text = await readFile(join(folder, 'rows.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

test('makes every oddity of a site a counted outcome, and writes one row for each answer', async ({
  folder,
}) => {
  const site = await openSite({
    '/':
      '<title>Caf\u00e9 &amp; more</title><a href="a">a</a><a href="/moved">m</a><a href="#top">t</a><a href="gone">g</a>' +
      '<a href="data.json">d</a><a href="latin">l</a><a href="loop/1">o</a><a href="dropped">x</a><a href="based/">b</a>' +
      '<a href="mailto:a@b">m</a><a href="http://[bad">bad</a><a href="endless">e</a>',
    '/a': '<a href="/">home</a><a href="a?x=1#y">self</a>',
    '/a?x=1': '',
    '/moved': (_, response) => response.writeHead(301, { location: '/target#part' }).end(),
    '/target': '<title>Target</title>',
    '/data.json': (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":"<a href=/no>"}'),
    '/latin': (_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html; charset=iso-8859-1' })
        .end(Buffer.from('<title>\xe9</title>', 'latin1')),
    '/loop/1': (_, response) => response.writeHead(302, { location: '/loop/2' }).end(),
    '/loop/2': (_, response) => response.writeHead(302, { location: '/loop/1' }).end(),
    '/dropped': (request) => request.socket.destroy(),
    '/based/': '<base href="/other/"><a href="deep">d</a>',
    '/other/deep': '<title>deep</title>',
    '/endless': (request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 100 });
      response.write('<title>cut', () => request.socket.destroy());
    },
  });
  try {
    const program = startProgram([`${site.origin}/`, '--no-ui', '--out', 'rows.jsonl'], folder);
    assert.is(await program.ended(), 0, program.stderr());
    const rows = new Map((await rowsOf(folder)).map((row) => [row.url.slice(site.origin.length), row]));
    const statusOf = Object.fromEntries([...rows].map(([path, { status }]) => [path, status]));
    assert.equal(statusOf, {
      '/': 200,
      '/a': 200,
      '/a?x=1': 200,
      '/moved': 301,
      '/target': 200,
      '/gone': 404,
      '/data.json': 200,
      '/latin': 200,
      '/loop/1': 302,
      '/loop/2': 302,
      '/based/': 200,
      '/other/deep': 200,
    });
    assert.is(rows.get('/')?.title, 'Caf\u00e9 & more');
    assert.is(rows.get('/latin')?.title, '\u00e9');
    assert.equal(rows.get('/data.json')?.links, []);
    assert.is(rows.get('/data.json')?.title, null);
    assert.is(rows.get('/target')?.depth, 1);
    assert.ok(rows.get('/')?.links.every((link) => /^http:\/\/127/.test(link) && !link.includes('#')));
    const links = [...rows.values()]
      .filter(({ status }) => status < 300)
      .reduce((sum, row) => sum + row.links.length, 0);
    assert.match(
      program.stdout(),
      new RegExp(
        `^crawled 8 pages, ${links} links, 3 failed, \\d+ bytes in \\d+\\.\\d s \\(\\d+\\.\\d pages/s\\)\n$`,
      ),
    );
    assert.not.ok(site.requests.has('/no'));
  } finally {
    await site.close();
  }
});

test('obeys robots.txt, and --ignore-robots does not', async ({ folder }) => {
  const site = await openSite({
    '/robots.txt': (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end('User-agent: *\nDisallow: /p1\n'),
    ...chainOfPages(3),
  });
  try {
    const polite = startProgram([`${site.origin}/`, '--no-ui', '--out', 'rows.jsonl'], folder);
    assert.is(await polite.ended(), 0);
    assert.equal((await rowsOf(folder)).map(({ url }) => new URL(url).pathname).sort(), ['/', '/p2']);
    const rude = startProgram(
      [`${site.origin}/`, '--no-ui', '--ignore-robots', '--out', 'rows.jsonl', '--overwrite'],
      folder,
    );
    assert.is(await rude.ended(), 0);
    assert.equal((await rowsOf(folder)).map(({ url }) => new URL(url).pathname).sort(), ['/', '/p1', '/p2']);
  } finally {
    await site.close();
  }
});

test('stops at --max-pages and --max-depth', async ({ folder }) => {
  const site = await openSite(chainOfPages(30));
  try {
    const few = startProgram(
      [`${site.origin}/`, '--no-ui', '--max-pages', '5', '--out', 'rows.jsonl'],
      folder,
    );
    assert.is(await few.ended(), 0);
    assert.is((await rowsOf(folder)).length, 5);
    const shallow = startProgram(
      [`${site.origin}/`, '--no-ui', '--max-depth=2', '--out', 'rows.jsonl', '--overwrite'],
      folder,
    );
    assert.is(await shallow.ended(), 0);
    assert.equal((await rowsOf(folder)).map(({ depth }) => depth).sort(), [0, 1, 1, 2, 2]);
  } finally {
    await site.close();
  }
});

test('Ctrl-C ends it cleanly with 130: every row is whole and the summary counts them', async ({
  folder,
}) => {
  const site = await openSite(chainOfPages(200));
  try {
    const program = startProgram(
      [`${site.origin}/`, '--no-ui', '--delay', '20', '--out', 'rows.jsonl'],
      folder,
    );
    await until('a request for /p5', () => (site.requests.get('/p5') ?? 0) > 0);
    program.child.kill('SIGINT');
    assert.is(await program.ended(), 130);
    const rows = await rowsOf(folder);
    assert.ok(rows.length >= 5 && rows.length < 200);
    assert.match(program.stdout(), new RegExp(`^crawled ${rows.length} pages, `));
  } finally {
    await site.close();
  }
});

test('survives kill -9: with --frontier and --resume no row is lost and none is there twice', async ({
  folder,
}) => {
  const site = await openSite(chainOfPages(60));
  const words = [`${site.origin}/`, '--no-ui', '--frontier', 'crawl.db', '--out', 'rows.jsonl'];
  try {
    const killed = startProgram([...words, '--delay', '10'], folder);
    await until('a request for /p20', () => (site.requests.get('/p20') ?? 0) > 0);
    killed.child.kill('SIGKILL');
    await killed.ended();
    const careless = startProgram(words, folder);
    assert.is(await careless.ended(), 2);
    assert.match(careless.stderr(), 'crawl.db holds an earlier crawl: go on with it by --resume');
    const resumed = startProgram([...words, '--resume'], folder);
    assert.is(await resumed.ended(), 0, resumed.stderr());
    const urls = (await rowsOf(folder)).map(({ url }) => url);
    assert.is(urls.length, 60);
    assert.is(new Set(urls).size, 60);
    assert.match(resumed.stdout(), /^crawled 60 pages, /);
  } finally {
    await site.close();
  }
});

test('crawls a site that keeps all its pages in the query of one path', async ({ folder }) => {
  const count = 1100;
  const anchors = Array.from({ length: count }, (_, at) => `<a href="/?page=${at}">${at}</a>`).join('');
  const paths = Object.fromEntries(Array.from({ length: count }, (_, at) => [`/?page=${at}`, '']));
  const site = await openSite({ ...paths, '/': anchors });
  try {
    const program = startProgram([`${site.origin}/`, '--no-ui'], folder);
    assert.is(await program.ended(), 0);
    assert.match(program.stdout(), `crawled ${count + 1} pages, `);
  } finally {
    await site.close();
  }
});

test('crawls the embedded site whole when no URL is named, and finds no broken link in it', async ({
  folder,
}) => {
  const program = startProgram(['--no-ui', '--out', 'rows.jsonl'], folder);
  assert.is(await program.ended(), 0, program.stderr());
  const rows = await rowsOf(folder);
  assert.ok(rows.length > 10);
  assert.equal(
    rows.filter(({ status }) => status >= 400).map(({ url, referrer }) => `${url} from ${referrer}`),
    [],
  );
});

test.run();
