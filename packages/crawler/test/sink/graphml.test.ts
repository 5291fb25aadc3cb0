// covers: src/sink/dot.ts, src/sink/graph-output.ts, src/sink/graph-links.ts
import { readFile } from 'node:fs/promises';
import { assert, suite } from '@oxbow/testkit';
import { parse } from '@ts-graphviz/ast';
import { SaxesParser } from 'saxes';
import { dot, type GraphOptions, graphml } from '../../src/index.ts';
import { Page, type PageInit } from '../../src/visit/page.ts';
import { withFile } from './file-sinks.ts';

const page = (url: string, init: Partial<PageInit> = {}) =>
  new Page({
    url,
    status: 200,
    depth: 1,
    title: null,
    links: [],
    contentType: 'text/html',
    bytes: 0,
    fetchedAt: '2026-01-01T00:00:00.000Z',
    referrer: null,
    headers: {},
    body: new Uint8Array(),
    charset: null,
    canonical: null,
    refresh: null,
    redirectTo: null,
    isTruncated: false,
    elapsedMs: 1,
    attempt: 1,
    ...init,
  });
const ODD = "http://h/a?x=1&y=%22_<é>'";
const PAGES = [
  page('http://h/', {
    title: 'A "title" & <more>\n\u0001',
    depth: 0,
    links: [ODD, 'http://out/', 'http://h/', ODD],
  }),
  page(ODD, { links: ['http://h/'] }),
  page('http://h/old', { status: 301, redirectTo: 'http://h/' }),
];

interface Graph {
  readonly nodes: Record<string, Record<string, string>>;
  readonly edges: string[];
}

/** What a strict XML parser finds; every edge between nodes that are there, once each. */
function readGraphml(text: string): Graph {
  const nodes: Graph['nodes'] = {};
  const ends: [string, string, string][] = [];
  const parser = new SaxesParser({ xmlns: true });
  let data: Record<string, string> = {};
  let key = '';
  parser.on('opentag', ({ local, attributes }) => {
    const value = (name: string) => attributes[name]?.value ?? '';
    if (local === 'node') {
      assert.match(value('id'), /^[\w.:-]+$/); // xs:NMTOKEN
      assert.not(value('id') in nodes);
      data = nodes[value('id')] = {};
    } else if (local === 'edge') {
      data = {};
      ends.push([value('source'), value('target'), '']);
    } else if (local === 'data') key = value('key');
  });
  parser.on('text', (found) => {
    if (found.trim() === '') return;
    data[key] = found;
    if (key === 'kind') ends.at(-1)![2] = found;
  });
  parser.write(text).close();
  const urlOf = (id: string) => nodes[id]!.url!;
  const edges = ends.map(([from, to, kind]) => `${urlOf(from)} ${kind} ${urlOf(to)}`);
  return { nodes: Object.fromEntries(Object.values(nodes).map((each) => [each.url!, each])), edges };
}

const test = suite('graphml');
test('writes a document of every URL and every link, for a strict parser', () =>
  withFile(async (path, read) => {
    const sink = graphml(path);
    await sink.open(undefined);
    await sink.write(PAGES.map((each) => sink.prepare!(each)));
    await sink.close();
    const { nodes, edges } = readGraphml(await read());
    assert.equal(nodes['http://h/'], {
      url: 'http://h/',
      status: '200',
      depth: '0',
      title: 'A "title" & <more> \ufffd',
    });
    assert.equal(nodes['http://out/'], { url: 'http://out/' });
    assert.equal(Object.keys(nodes).sort(), ['http://h/', ODD, 'http://h/old', 'http://out/'].sort());
    assert.equal(edges, [
      `http://h/ link ${ODD}`,
      'http://h/ link http://out/',
      `${ODD} link http://h/`,
      'http://h/old redirect http://h/',
    ]);
  }));
test('goes on behind its last checkpoint, without the end that an earlier run wrote', () =>
  withFile(async (path, read) => {
    const first = graphml(path);
    await first.open(undefined);
    const checkpoint = await first.write([PAGES[0]]);
    await first.write([PAGES[2]]);
    await first.close();
    const second = graphml(path);
    await second.open(checkpoint);
    await second.write([PAGES[1]]);
    await second.close();
    const { nodes, edges } = readGraphml(await read());
    assert.equal([Object.keys(nodes).length, edges.length], [3, 3]);
  }));
test('is a graph without nodes when nothing was crawled', () =>
  withFile(async (path, read) => {
    const sink = graphml(path);
    await sink.open(undefined);
    await sink.close();
    assert.equal(readGraphml(await read()), { nodes: {}, edges: [] });
  }));
test('refuses to append, and standard output', () => {
  for (const make of [() => graphml('x', { append: true } as GraphOptions), () => graphml('-')])
    assert.throws(make, (error: { code: string }) => error.code === 'ERR_OXBOW_CRAWLER_OPTION');
  assert.throws(() => dot('x', { append: true } as GraphOptions), /dot cannot append/);
});
test.run();

const dotTest = suite('dot');
dotTest('writes a graph that a parser of the language reads, names and titles as they were', () =>
  withFile(async (path) => {
    const sink = dot(path);
    await sink.open(undefined);
    await sink.write(
      [...PAGES, page('http://h/b', { title: 'back\\slash' })].map((each) => sink.prepare!(each)),
    );
    await sink.close();
    const [graph] = parse(await readFile(path, 'utf8')).children;
    assert.ok(graph?.type === 'Graph' && graph.directed);
    if (graph?.type !== 'Graph') return;
    const nodes: Record<string, string[]> = {};
    const edges: string[] = [];
    for (const statement of graph.children) {
      if (statement.type === 'Node')
        nodes[statement.id.value] = statement.children.map((each) =>
          each.type === 'Attribute' ? `${each.key.value}=${each.value.value}` : '',
        );
      if (statement.type === 'Edge')
        edges.push(
          statement.targets.map((each) => (each.type === 'NodeRef' ? each.id.value : '')).join(' -> '),
        );
    }
    assert.equal(nodes['http://h/'], ['status=200', 'depth=0', 'label=A "title" & <more> ']);
    assert.equal(nodes['http://h/b']![2], 'label=back\\\\slash');
    assert.equal(edges, [
      `http://h/ -> ${ODD}`,
      'http://h/ -> http://out/',
      `${ODD} -> http://h/`,
      'http://h/old -> http://h/',
    ]);
  }),
);
dotTest.run();
