/** The link graph as DOT, the language of Graphviz. */
import type { CrawlSink } from './crawl-sink.ts';
import type { GraphPage } from './graph-links.ts';
import { type GraphOptions, GraphOutput } from './graph-output.ts';

/**
 * A sink that writes the link graph in the language of Graphviz. Each URL answered is a node, with `status`, `depth` and its title as
 * `label`. Each link is an edge, and each redirect a dashed one. Nodes are named by their URLs; those that were not fetched have no
 * attributes. `dot -Tsvg` draws it. The file is a whole graph when the crawl has ended.
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 *
 * @example
 * ```ts
 * import { Crawler, dot } from '@oxbow/crawler';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(dot('links.dot'));
 * ```
 */
export function dot(path: string, options: GraphOptions = {}): CrawlSink {
  return new GraphOutput('dot', path, { head: 'digraph crawl {\n', tail: () => ['}\n'], line }, options);
}

function line({ url, status, depth, title, targets, isRedirect }: GraphPage): string {
  const from = quoted(url);
  const node = `  ${from} [status=${status}, depth=${depth}, label=${quoted(title ?? url)}];\n`;
  const style = isRedirect ? ' [style=dashed]' : '';
  return node + targets.map((target) => `  ${from} -> ${quoted(target)}${style};\n`).join('');
}

/** Graphviz, "The DOT Language": in quotes only a quote is escaped; a backslash begins an escape of labels, so that it is doubled. */
function quoted(text: string): string {
  // Node names are taken as they are, labels are not: URLs have no backslash, which is %5C or a slash in them.
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${escaped.replace(/\p{Cc}+/gu, ' ')}"`;
}
