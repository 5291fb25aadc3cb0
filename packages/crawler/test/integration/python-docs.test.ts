/** A real site: Python's documentation (Debian's python3-doc), crawled whole, against a plain search by parse5. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { Crawler, jsonl, type PageRow } from '../../src/index.ts';
import { treeFacts } from '../html/tree-facts.ts';
import { readStatic, serveFolder } from './static-site.ts';

const DOCS = '/usr/share/doc';
const root = (existsSync(DOCS) ? readdirSync(DOCS) : [])
  .filter((name) => /^python3(\.\d+)?(-doc)?$/.test(name))
  .map((name) => join(DOCS, name, 'html'))
  .find((path) => existsSync(join(path, 'index.html')));

skipUnless(root !== undefined, 'the documentation of Python is missing: apt-get install python3-doc');

/** Breadth first over `a[href]`, one file at a time, with a full tree for each. */
async function searchByTree(
  folder: string,
  origin: string,
): Promise<Map<string, readonly string[] | undefined>> {
  const found = new Map<string, readonly string[] | undefined>();
  const queue = [`${origin}/index.html`];
  const seen = new Set(queue);
  for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
    const file = await readStatic(folder, new URL(url).pathname);
    const links = file?.type === 'text/html' ? treeFacts(file.body.toString('utf8'), url).links : file && [];
    found.set(url, links);
    for (const link of links ?? []) {
      if (seen.has(link) || !link.startsWith(`${origin}/`)) continue;
      seen.add(link);
      queue.push(link);
    }
  }
  return found;
}

const test = suite('the documentation of Python');
test('is crawled whole: the same pages, and the same links on each, as a search by parse5 finds', async () => {
  const site = await serveFolder(root!);
  const path = join(tmpdir(), `oxbow-python-docs-${process.pid}.jsonl`);
  try {
    const crawl = new Crawler({ seeds: `${site.origin}/index.html` });
    await crawl.to(jsonl(path));
    const expected = await searchByTree(root!, site.origin);
    const rows = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PageRow);
    assert.equal(rows.map((row) => row.url).sort(), [...expected.keys()].sort());
    for (const row of rows) {
      const links = expected.get(row.url);
      assert.is(row.status, links === undefined ? 404 : 200, row.url);
      assert.equal([...row.links].sort(), [...(links ?? [])].sort(), row.url);
    }
    const good = rows.filter((row) => row.status === 200);
    const { pages, links, failed } = crawl.statistics();
    assert.equal([pages, failed], [good.length, rows.length - good.length]);
    assert.is(
      links,
      good.reduce((sum, row) => sum + row.links.length, 0),
    );
    assert.ok(pages > 500, `${pages} pages`);
  } finally {
    await site.close();
    await rm(path, { force: true });
  }
});
test.run();
