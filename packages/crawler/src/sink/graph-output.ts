/** What the sinks of graphs have in common: pages of every status go in, a graph cannot be appended to, and its end is written last. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError } from '../errors.ts';
import type { Page } from '../visit/page.ts';
import { FileOutput, type RowFormat } from './file-output.ts';
import { type GraphPage, graphPage } from './graph-links.ts';
import type { OutputOptions } from './output-options.ts';

/** Options of the sinks of graphs. */
export type GraphOptions = Pick<OutputOptions, 'overwrite'>;

/** How a graph is written. */
export interface GraphFormat extends Omit<RowFormat, 'line'> {
  /** A page with all its edges. */
  line(page: GraphPage): string;
}

/** A sink that takes pages and writes what the graph keeps of them. */
export class GraphOutput extends FileOutput {
  readonly takes = 'pages' as const;

  /** @param name of the function that makes it, for messages */
  constructor(name: string, path: string, format: GraphFormat, options: GraphOptions) {
    if ('append' in options && options.append === true) {
      const what = `a graph has one end, so that ${name} cannot append: say overwrite: true (--overwrite), or name another file`;
      throw new CrawlerOptionError('append', what);
    }
    const { append: _append, ...known } = options as OutputOptions;
    checkOptions(known, ['overwrite'], `${name}()`);
    super(path, { ...format, line: (page) => format.line(graphPage(page as Page)) }, known);
  }
}
