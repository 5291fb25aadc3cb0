/**
 * The parsers and the selector engine, loaded when a page is first asked for its elements. Most crawls never ask, and loading them
 * takes longer than loading all the rest of this package.
 */
import { createRequire } from 'node:module';

type HtmlParser = Pick<typeof import('htmlparser2'), 'parseDocument'>;
type Selectors = Pick<typeof import('css-select'), 'selectAll'>;
type DomTools = Pick<typeof import('domutils'), 'textContent' | 'getInnerHTML' | 'removeElement'>;
type TreeParser = Pick<typeof import('parse5'), 'parse'>;
type TreeAdapter = Pick<typeof import('parse5-htmlparser2-tree-adapter'), 'adapter'>;

const require = createRequire(import.meta.url);
const loaded = new Map<string, unknown>();

function load<T>(name: string): T {
  if (!loaded.has(name)) loaded.set(name, require(name));
  return loaded.get(name) as T;
}

/** htmlparser2. */
export const htmlParser = (): HtmlParser => load('htmlparser2');
/** css-select. */
export const selectors = (): Selectors => load('css-select');
/** domutils. */
export const domTools = (): DomTools => load('domutils');
/** parse5. */
export const treeParser = (): TreeParser => load('parse5');
/** The adapter that has parse5 build trees of domhandler. */
export const treeAdapter = (): TreeAdapter => load('parse5-htmlparser2-tree-adapter');
