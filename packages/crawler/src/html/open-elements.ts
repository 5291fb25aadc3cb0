/**
 * The part of HTML's stack of open elements that changes what a tag means: svg, math and template, and what is open inside them.
 * Outside those three the stack is empty and costs nothing. It knows element names only: no text, no attributes but the few the
 * standard looks at.
 *
 * Source: WHATWG HTML §13.2.6 (tree construction dispatcher) and §13.2.6.5 (foreign content).
 *
 * Deviation: HTML elements outside svg and math are not tracked. So an end tag such as `</div>` that matches nothing open inside
 * an svg is taken to match an element around it, and leaves the svg. The standard does so only when that element is open.
 */

/** The namespace an element is created in. */
export type MarkupNamespace = 'html' | 'svg' | 'math';

/** What lives inside an element follows HTML's rules (html), those for MathML text (text), or its parent's (none). */
type Integration = 'none' | 'html' | 'text';

interface OpenElement {
  readonly name: string;
  readonly namespace: MarkupNamespace;
  readonly integration: Integration;
}

/** Deeper nesting is not recorded (an end tag then closes too early): a page cannot make the stack grow without bound. */
const MAX_OPEN_ELEMENTS = 512;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** §13.2.6.5: start tags that end foreign content. */
const BREAKOUT: ReadonlySet<string> = words(
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
);
const SVG_HTML_INTEGRATION: ReadonlySet<string> = words('foreignobject desc title');
const MATHML_TEXT_INTEGRATION: ReadonlySet<string> = words('mi mo mn ms mtext');
const NEVER_OPEN: ReadonlySet<string> = words(
  // Void elements, elements whose content is text, and tags that are ignored where a body is being read.
  'area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr script style title textarea xmp iframe noembed noframes plaintext html head body frameset caption colgroup tbody td tfoot th thead tr',
);
const CLOSES_PARAGRAPH: ReadonlySet<string> = words(
  'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header hgroup main menu nav ol p search section summary ul h1 h2 h3 h4 h5 h6 pre listing form li dd dt hr xmp plaintext',
);
/** End tags of HTML that pop the stack when their element is open. `body`, `html` and `head` never do. */
const HTML_ELEMENTS: ReadonlySet<string> = words(
  'a abbr acronym address applet article aside audio b bdi bdo big blockquote button canvas caption center cite code data datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup i ins kbd label legend li listing main map mark marquee menu meter nav nobr noscript object ol optgroup option output p picture pre progress q ruby s samp search section select slot small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video',
);

/** Looks an attribute up on the tag at hand; undefined when it is absent. */
export type AttributeLookup = (name: string) => string | undefined;

/** The open svg, math and template elements, and what is open inside them. */
export class OpenElements {
  readonly #stack: OpenElement[] = [];
  #templates = 0;

  /** True when every tag follows HTML's plain rules: nothing recorded is open. */
  get isEmpty(): boolean {
    return this.#stack.length === 0;
  }

  /** True inside a template: what is in there is not part of the document. */
  get inTemplate(): boolean {
    return this.#templates > 0;
  }

  /** True where `<![CDATA[` starts a CDATA section: the current node is not an HTML element. */
  get inForeignContent(): boolean {
    const top = this.#stack.at(-1);
    return top !== undefined && top.namespace !== 'html';
  }

  /** Opens an element and tells which namespace it is created in; `name` is in lower case. */
  startTag(name: string, selfClosing: boolean, attribute: AttributeLookup): MarkupNamespace {
    const top = this.#stack.at(-1);
    if (top !== undefined && followsForeignRules(top, name)) {
      if (!breaksOut(name, attribute)) {
        if (!selfClosing) this.#push(name, top.namespace, attribute);
        return top.namespace;
      }
      this.#leaveForeignContent();
    }
    return this.#startInHtml(name, selfClosing);
  }

  /** Closes what an end tag closes; `name` is in lower case. */
  endTag(name: string): void {
    const stack = this.#stack;
    if (this.inForeignContent) {
      if (name === 'br' || name === 'p') {
        this.#leaveForeignContent();
      } else {
        for (let index = stack.length - 1; index >= 0; index--) {
          const open = stack[index]!;
          if (open.namespace === 'html') break;
          if (open.name === name) {
            stack.length = index;
            return;
          }
        }
      }
    }
    this.#endInHtml(name);
  }

  #startInHtml(name: string, selfClosing: boolean): MarkupNamespace {
    if (name === 'svg' || name === 'math') {
      if (!selfClosing) this.#push(name, name, () => undefined);
      return name;
    }
    const top = this.#stack.at(-1);
    if (name === 'template') {
      if (this.#push(name, 'html', () => undefined)) this.#templates++;
    } else if (top !== undefined && top.name !== 'template') {
      if (CLOSES_PARAGRAPH.has(name)) this.#closeIfOpen('p');
      if (name === 'a' || name === 'li' || name === 'button') this.#closeIfOpen(name);
      if (!NEVER_OPEN.has(name)) this.#push(name, 'html', () => undefined);
    }
    return 'html';
  }

  #endInHtml(name: string): void {
    const stack = this.#stack;
    if (name === 'template') {
      if (this.#templates === 0) return;
      this.#templates--;
      stack.length = stack.findLastIndex((open) => open.namespace === 'html' && open.name === 'template');
      return;
    }
    if (!this.#closeIfOpen(name) && HTML_ELEMENTS.has(name) && !stack.some(isScopeBoundary)) stack.length = 0;
  }

  /** Pops through the nearest HTML element of this name above any scope boundary; false when there is none. */
  #closeIfOpen(name: string): boolean {
    const stack = this.#stack;
    for (let index = stack.length - 1; index >= 0; index--) {
      const open = stack[index]!;
      if (isScopeBoundary(open)) return false;
      if (open.namespace === 'html' && open.name === name) {
        stack.length = index;
        return true;
      }
    }
    return false;
  }

  #leaveForeignContent(): void {
    const stack = this.#stack;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.namespace === 'html' || top.integration !== 'none') return;
      stack.pop();
    }
  }

  #push(name: string, namespace: MarkupNamespace, attribute: AttributeLookup): boolean {
    if (this.#stack.length >= MAX_OPEN_ELEMENTS) return false;
    this.#stack.push({ name, namespace, integration: integrationOf(name, namespace, attribute) });
    return true;
  }
}

function integrationOf(name: string, namespace: MarkupNamespace, attribute: AttributeLookup): Integration {
  if (namespace === 'svg') return SVG_HTML_INTEGRATION.has(name) ? 'html' : 'none';
  if (namespace === 'html') return 'none';
  if (MATHML_TEXT_INTEGRATION.has(name)) return 'text';
  if (name !== 'annotation-xml') return 'none';
  const encoding = attribute('encoding')?.toLowerCase();
  return encoding === 'text/html' || encoding === 'application/xhtml+xml' ? 'html' : 'none';
}

function followsForeignRules(top: OpenElement, name: string): boolean {
  if (top.namespace === 'html' || top.integration === 'html') return false;
  if (top.integration === 'text') return name === 'mglyph' || name === 'malignmark';
  return !(top.name === 'annotation-xml' && top.namespace === 'math' && name === 'svg');
}

function breaksOut(name: string, attribute: AttributeLookup): boolean {
  if (name !== 'font') return BREAKOUT.has(name);
  return ['color', 'face', 'size'].some((attributeName) => attribute(attributeName) !== undefined);
}

function isScopeBoundary(open: OpenElement): boolean {
  if (open.namespace === 'html') return open.name === 'template';
  return open.integration !== 'none' || open.name === 'annotation-xml';
}
