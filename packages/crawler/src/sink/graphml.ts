/** The link graph as GraphML, which Gephi, yEd, networkx and igraph read. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CrawlerOptionError } from '../errors.ts';
import { FingerprintTable } from '../frontier/fingerprint-table.ts';
import type { CrawlSink } from './crawl-sink.ts';
import type { GraphPage } from './graph-links.ts';
import { type GraphOptions, GraphOutput } from './graph-output.ts';

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="url" for="node" attr.name="url" attr.type="string"/>
<key id="status" for="node" attr.name="status" attr.type="int"/>
<key id="depth" for="node" attr.name="depth" attr.type="int"/>
<key id="title" for="node" attr.name="title" attr.type="string"/>
<key id="kind" for="edge" attr.name="kind" attr.type="string"/>
<graph id="crawl" edgedefault="directed">
`;
const TAIL = '</graph>\n</graphml>\n';
const NODE_START = /^<node id="([^"]+)">/;
const EDGE_START = /^<edge source="[^"]+" target="([^"]+)">/;
const KNOWN = 1;
/** What an XML 1.0 document cannot hold (§2.2). */
const NO_CHARACTERS = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * A sink that writes the link graph as GraphML: a node for each URL, with `url`, and `status`, `depth` and `title` where it was answered,
 * and an edge for each link or redirect (`kind`). Every end of an edge is a node. Those that were only linked to are added at the end of
 * the crawl. For that the file is read again, with ten bytes of memory a URL. It is a whole document when the crawl has ended.
 * @throws CrawlerOptionError for standard output, which cannot be read again
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 *
 * @example
 * ```ts
 * import { Crawler, graphml } from '@oxbow/crawler';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(graphml('links.graphml'));
 * ```
 */
export function graphml(path: string, options: GraphOptions = {}): CrawlSink {
  if (path === '-')
    throw new CrawlerOptionError(
      'path',
      'graphml() reads its file again at the end: it cannot be standard output',
    );
  return new GraphOutput('graphml', path, { head: HEAD, tail: rest, line }, options);
}

function line({ url, status, depth, title, targets, isRedirect }: GraphPage): string {
  const id = idOf(url);
  const titled = title === null ? '' : datum('title', title);
  const data = datum('url', url) + datum('status', String(status)) + datum('depth', String(depth)) + titled;
  const kind = datum('kind', isRedirect ? 'redirect' : 'link');
  const edges = targets.map((target) => `<edge source="${id}" target="${idOf(target)}">${kind}</edge>\n`);
  return `<node id="${id}">${data}</node>\n${edges.join('')}`;
}

/** The nodes that edges lead to and nobody was answered from, and the end of the document. */
async function* rest(path: string | undefined, bytes: number): AsyncGenerator<string> {
  if (path !== undefined && bytes > 0) {
    const nodes = new FingerprintTable();
    for await (const id of idsIn(path, bytes, NODE_START)) nodes.set(id, KNOWN);
    for await (const id of idsIn(path, bytes, EDGE_START)) {
      if (nodes.get(id) === KNOWN) continue;
      nodes.set(id, KNOWN);
      yield `<node id="${id}">${datum('url', urlOf(id))}</node>\n`;
    }
  }
  yield TAIL;
}

async function* idsIn(path: string, bytes: number, pattern: RegExp): AsyncGenerator<string> {
  const input = createReadStream(path, { end: bytes - 1 });
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const id = pattern.exec(text)?.[1];
    if (id !== undefined) yield id;
  }
}

/** A URL as a name token, which the schema of GraphML asks of ids: what is none of its characters is `_` and the two hexadecimal digits. */
function idOf(url: string): string {
  return [...Buffer.from(url)].map((byte) => TOKENS[byte]!).join('');
}

const TOKENS: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9.:-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
});

/** The URL that an id was made of. */
function urlOf(id: string): string {
  return decodeURIComponent(id.replaceAll('_', '%'));
}

/** On one line: the file is read by lines. */
function datum(key: string, text: string): string {
  const clean = text.replace(NO_CHARACTERS, '\ufffd').replace(/[\r\n]+/g, ' ');
  return `<data key="${key}">${clean.replace(/[&<>"]/g, (character) => MARKUP[character]!)}</data>`;
}
