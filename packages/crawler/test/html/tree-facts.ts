/** The same facts read off parse5's tree: the oracle of the scanner. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

export interface TreeFacts {
  readonly links: readonly string[];
  readonly title: string | null;
  /** An HTML element with a name of svg or math is open somewhere: the one thing the scanner does not track. */
  readonly hasStrayElement: boolean;
}

const FOREIGN_NAMES = new Set(['g', 'desc', 'foreignobject', 'annotation-xml', 'mi', 'path']);

/** Links and title of a document, by a full WHATWG tree; templates are not entered, as their content is not in the document. */
export function treeFacts(html: string, url: string, scriptingEnabled = false): TreeFacts {
  const elements: Element[] = [];
  const visit = (node: Node): void => {
    if ('tagName' in node) elements.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parse(html, { scriptingEnabled }));
  const inHtml = (element: Element, name: string) =>
    element.tagName === name && element.namespaceURI.endsWith('xhtml');
  const href = (element: Element) =>
    (
      element.attrs.find((a) => a.name === 'href' && !a.prefix) ??
      element.attrs.find((a) => a.name === 'href')
    )?.value;
  const baseHref = elements
    .filter((element) => inHtml(element, 'base'))
    .map(href)
    .find((value) => value !== undefined);
  const base = (baseHref === undefined ? undefined : URL.parse(baseHref, url)?.href) ?? url;
  const links = new Set<string>();
  for (const element of elements) {
    const reference = element.tagName === 'a' ? href(element) : undefined;
    const target = reference === undefined ? null : URL.parse(reference, base);
    if (target?.protocol === 'http:' || target?.protocol === 'https:')
      links.add(target.href.replace(/#.*$/s, ''));
  }
  const title = elements.find((element) => inHtml(element, 'title'));
  const text = title?.childNodes.map((node) => ('value' in node ? node.value : '')).join('');
  return {
    links: [...links],
    title: text === undefined ? null : text.replace(/[\t\n\f\r ]+/g, ' ').replace(/^ | $/g, ''),
    hasStrayElement: elements.some(
      (element) => FOREIGN_NAMES.has(element.tagName) && inHtml(element, element.tagName),
    ),
  };
}
