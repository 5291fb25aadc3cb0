/**
 * The readable text of a page as Markdown: what a person came for, without navigation, headers, footers and scripts. It chooses the
 * part and makes its URLs absolute; turndown writes the Markdown.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { cloneNode, type Element } from 'domhandler';
import TurndownService from 'turndown';
import { gfm } from 'turndown-plugin-gfm';
import { domTools } from '../extract/dom-libraries.ts';
import { selectAll } from '../extract/selection.ts';
import type { Page } from '../visit/page.ts';

/** Options of `markdownOf`. */
export interface MarkdownOptions {
  /** Where the text is, as a selector; the first match counts. Default: `main`, else the only `article`, else the body without its frame. */
  readonly within?: string;
}

/** Never read: what is not shown, and what is not text. */
const UNREAD =
  'script, style, noscript, template, iframe, frame, object, embed, svg, canvas, form, dialog, [hidden], [aria-hidden="true"]';
/** What stands around the text; inside of `main` and `article` too, where a header may be the text's own. */
const NAVIGATION = 'nav, aside, [role="navigation"], [role="complementary"], [role="search"], [role="menu"]';
const FRAME = 'header, footer, [role="banner"], [role="contentinfo"]';
const LINE_ENDS = /[\r\n]+/g;

let service: TurndownService | undefined;

/**
 * The readable text of a page as Markdown (GitHub's, with tables); empty for a page that is no HTML, or has none. Links and images are absolute.
 * @throws ExtractError for a selector that is none
 *
 * @example
 * ```ts
 * import { Crawler } from '@oxbow/crawler';
 * import { markdownOf } from '@oxbow/crawler/markdown';
 *
 * for await (const page of new Crawler({ seeds: 'https://example.org/' })) console.log(markdownOf(page));
 * ```
 */
export function markdownOf(page: Page, options: MarkdownOptions = {}): string {
  checkOptions(options, ['within'], 'markdownOf()');
  if (!page.isHtml) return '';
  const element = options.within === undefined ? readablePart(page) : selectAll(options.within, page.dom)[0];
  if (element === undefined) return '';
  const clone = cloneNode(element, true);
  const isFramed = options.within === undefined && element.name === 'body';
  remove(clone, isFramed ? `${UNREAD}, ${NAVIGATION}, ${FRAME}` : `${UNREAD}, ${NAVIGATION}`);
  makeAbsolute(clone, page.baseUrl);
  service ??= turndown();
  return service.turndown(domTools().getInnerHTML(clone)).trim();
}

function readablePart({ dom }: Page): Element | undefined {
  const [main] = selectAll('main, [role="main"]', dom);
  if (main !== undefined) return main;
  const articles = selectAll('article', dom);
  return articles.length === 1 ? articles[0] : selectAll('body', dom)[0];
}

function remove(within: Element, css: string): void {
  for (const node of selectAll(css, within)) domTools().removeElement(node);
}

function makeAbsolute(node: Element, baseUrl: string): void {
  for (const name of ['href', 'src']) {
    const value = node.attribs[name];
    const absolute = value === undefined ? null : URL.parse(value, baseUrl);
    if (absolute !== null) node.attribs[name] = absolute.href;
  }
  for (const child of node.children) if ('attribs' in child) makeAbsolute(child, baseUrl);
}

function turndown(): TurndownService {
  const made = new TurndownService({
    headingStyle: 'atx',
    hr: '---',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
    emDelimiter: '*',
  });
  made.use(gfm);
  // A permalink beside a heading says nothing.
  made.addRule('empty-links', {
    filter: (node) =>
      node.nodeName === 'A' &&
      /^[\s#¶]*$/.test(node.textContent ?? '') &&
      node.getElementsByTagName('img').length === 0,
    replacement: () => '',
  });
  made.addRule('images', {
    filter: 'img',
    replacement: (_content, node) => {
      const image = node as unknown as { getAttribute(name: string): string | null };
      const alt = (image.getAttribute('alt') ?? '').replace(LINE_ENDS, ' ');
      const src = image.getAttribute('src') ?? '';
      // An image in the page itself would be kilobytes of text.
      return src === '' || src.startsWith('data:') ? alt : `![${alt}](${src})`;
    },
  });
  return made;
}
