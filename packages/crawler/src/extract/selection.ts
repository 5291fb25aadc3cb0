/** The elements of a page that a selector matches, in document order. It fetches and follows nothing. */
import type { AnyNode, Element } from 'domhandler';
import { ExtractError } from '../errors.ts';
import { domTools, selectors } from './dom-libraries.ts';

/** Attributes whose value is a URL: they are given absolute. */
const URL_ATTRIBUTES: ReadonlySet<string> = new Set(['href', 'src', 'action', 'cite', 'data', 'poster']);

/** Elements, as a list of selections of one each. What it says of one element, it says of the first. */
export class Selection implements Iterable<Selection> {
  readonly #elements: readonly Element[];
  readonly #baseUrl: string;

  /** @param baseUrl what URLs in attributes are resolved against */
  constructor(elements: readonly Element[], baseUrl: string) {
    this.#elements = elements;
    this.#baseUrl = baseUrl;
  }

  get length(): number {
    return this.#elements.length;
  }

  /** The elements as domhandler nodes, for its own tools. */
  get elements(): readonly Element[] {
    return this.#elements;
  }

  /** The text of the first, white space collapsed; null when there is none. */
  get text(): string | null {
    const [first] = this.#elements;
    return first === undefined ? null : textOf(first);
  }

  /** The text of each. */
  get texts(): string[] {
    return this.#elements.map(textOf);
  }

  /** The markup inside the first; null when there is none. */
  get html(): string | null {
    const [first] = this.#elements;
    return first === undefined ? null : domTools().getInnerHTML(first);
  }

  /** An attribute of the first, URLs absolute; null when there is none. */
  attr(name: string): string | null {
    return this.attrs(name)[0] ?? null;
  }

  /** An attribute of each that has it. */
  attrs(name: string): string[] {
    const lower = name.toLowerCase();
    return this.#elements
      .map((element) => element.attribs[lower])
      .filter((value) => value !== undefined)
      .map((value) => (URL_ATTRIBUTES.has(lower) ? (URL.parse(value, this.#baseUrl)?.href ?? value) : value));
  }

  /** What a selector matches inside of these. @throws ExtractError for a selector that is none */
  select(css: string): Selection {
    return new Selection(selectAll(css, this.#elements), this.#baseUrl);
  }

  /** One of them, counted from 0, from the end below 0; empty when there is none. */
  at(index: number): Selection {
    const element = this.#elements.at(index);
    return new Selection(element === undefined ? [] : [element], this.#baseUrl);
  }

  map<T>(fn: (selection: Selection, index: number) => T): T[] {
    return [...this].map(fn);
  }

  *[Symbol.iterator](): Generator<Selection> {
    for (const element of this.#elements) yield new Selection([element], this.#baseUrl);
  }
}

/** What a selector matches inside of nodes. @throws ExtractError for a selector that is none */
export function selectAll(css: string, within: AnyNode | readonly AnyNode[]): Element[] {
  try {
    return selectors().selectAll<AnyNode, Element>(css, within as AnyNode[]);
  } catch (cause) {
    throw new ExtractError(`"${css}" is no selector: ${(cause as Error).message}`, { cause });
  }
}

function textOf(element: Element): string {
  return domTools()
    .textContent(element)
    .replace(/[\t\n\f\r ]+/g, ' ')
    .trim();
}
