/**
 * HTML's tokenizer, reduced to what a crawler asks for: the tags of a few elements, their attributes, and the text of titles.
 *
 * Theory of operation: the bytes are read as Latin-1 text, one character a byte, so every position is a byte position. The engine's
 * own substring search does the walking: from `<` to `<` in text, from quote to quote in attributes, to the end tag in script,
 * style and comments. No token is built for what nobody asked for. Input arrives in any chunks. An unfinished token is kept and
 * read again from its start once the text has doubled, so the work stays linear in the input.
 *
 * Correct for every encoding that keeps the bytes of `<>"'=&/` and white space to themselves (all of WHATWG's but UTF-16 and
 * ISO-2022-JP). It does not know URLs, encodings or character references: values are handed on as they stand.
 *
 * Source: WHATWG HTML §13.2.5 (tokenization). §13.2.6 decides the text modes; its stack lives in OpenElements.
 */
import {
  addToHash,
  END_TAG_OF,
  FOREIGN_ATTRIBUTES,
  KEPT_ATTRIBUTE_LENGTHS,
  KNOWN_BY_HASH,
  WATCHED_ATTRIBUTES,
  type WatchedElement,
} from './known-elements.ts';
import { type MarkupNamespace, OpenElements } from './open-elements.ts';
import { isScriptState, readScript, type ScriptState } from './script-text.ts';

/** The attributes of one start tag that somebody may ask for, by lower-case name; values are raw bytes as Latin-1 text. */
export type RawAttributes = ReadonlyMap<string, string>;

/** What the scanner calls, in document order. What is inside templates is left out: it is not part of the document. */
export interface MarkupVisitor {
  startTag(element: WatchedElement, attributes: RawAttributes, namespace: MarkupNamespace): void;
  /** The text of one HTML title element, raw, at most `maxTitleBytes` of it. */
  title(rawText: string): void;
}

/** How the scanner reads a page. */
export interface MarkupScannerOptions {
  /** True reads the content of noscript as text, as a browser with scripts does. Default false: a crawler runs none. */
  readonly scripting?: boolean;
  /**
   * True for a page served as XML: a self-closing `script` or `title` is closed, only script, style and title hold text, and CDATA
   * sections are text everywhere. Default false.
   */
  readonly xml?: boolean;
  /** True reports `img` and `source` too. Default false: they are many, and few ask for them. */
  readonly images?: boolean;
  /** Bytes of one title element that are kept. Default 16,384. */
  readonly maxTitleBytes?: number;
}

const MAX_TITLE_BYTES = 16_384;

const TAB = 0x09;
const LF = 0x0a;
const FF = 0x0c;
const CR = 0x0d;
const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/** Elements whose content is read as text in XML too: what markup they hold is script, style or a title. */
const XML_TEXT_ELEMENTS: ReadonlySet<string> = new Set(['script', 'style', 'title']);

/** What a handler answers when the token at hand is not complete. */
const INCOMPLETE = -1;

/** The mode of the text at hand: markup, nothing at all (plaintext), a script's states, or the name of a text element. */
type Mode = 'markup' | 'plaintext' | ScriptState | (string & {});

/** Reads HTML bytes in any chunks and reports the tags of links, base, meta and the titles. One page each. */
export class MarkupScanner {
  readonly #visitor: MarkupVisitor;
  readonly #scripting: boolean;
  readonly #xml: boolean;
  readonly #images: boolean;
  readonly #maxTitleBytes: number;
  readonly #open = new OpenElements();
  readonly #attributes = new Map<string, string>();
  #selfClosing = false;
  #mode: Mode = 'markup';
  #title: string | undefined;
  #text = '';
  #readAgainAt = 0;
  #nextBangClose = -1;

  constructor(visitor: MarkupVisitor, options: MarkupScannerOptions = {}) {
    this.#visitor = visitor;
    this.#scripting = options.scripting ?? false;
    this.#xml = options.xml ?? false;
    this.#images = options.images ?? false;
    this.#maxTitleBytes = options.maxTitleBytes ?? MAX_TITLE_BYTES;
  }

  /** Takes the next bytes; the chunk is not kept. */
  write(chunk: Uint8Array): void {
    this.#text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    if (this.#text.length >= this.#readAgainAt) this.#scan(false);
  }

  /** Ends the input: a tag that is cut off is dropped, as the standard says; an open title ends here. */
  end(): void {
    this.#scan(true);
    this.#finishTitle();
  }

  #scan(final: boolean): void {
    const text = this.#text;
    this.#nextBangClose = -1;
    let position = 0;
    while (position < text.length) {
      const next =
        this.#mode === 'markup'
          ? this.#scanMarkup(text, position, final)
          : this.#scanText(text, position, final);
      if (next < 0) {
        position = ~next;
        break;
      }
      position = next;
    }
    this.#text = final ? '' : text.slice(position);
    this.#readAgainAt = 2 * this.#text.length;
  }

  /** Reads tags until the mode changes; answers where to go on, or ~position of a token that is not complete. */
  #scanMarkup(text: string, from: number, final: boolean): number {
    let start = text.indexOf('<', from);
    while (start !== -1) {
      const end = this.#scanToken(text, start, final);
      if (end === INCOMPLETE) return final ? text.length : ~start;
      if (this.#mode !== 'markup') return end;
      start = text.indexOf('<', end);
    }
    return text.length;
  }

  #scanToken(text: string, start: number, final: boolean): number {
    const code = text.charCodeAt(start + 1);
    if (isLetter(code)) return this.#scanTag(text, start + 1, false);
    if (code === SLASH) {
      const second = text.charCodeAt(start + 2);
      if (isLetter(second)) return this.#scanTag(text, start + 2, true);
      if (second === GREATER) return start + 3;
      return Number.isNaN(second) ? INCOMPLETE : after(text, '>', start + 2);
    }
    if (code === BANG) return this.#scanDeclaration(text, start, final);
    if (code === QUESTION) return after(text, '>', start + 2);
    return Number.isNaN(code) ? INCOMPLETE : start + 1;
  }

  /** §13.2.5.42 markup declaration open: a comment, a CDATA section, or what ends at the next `>` (doctype, bogus comment). */
  #scanDeclaration(text: string, start: number, final: boolean): number {
    if (text.startsWith('--', start + 2)) return this.#scanComment(text, start + 4);
    const opening = text.slice(start + 2, start + 9);
    if (opening === '[CDATA[' && (this.#xml || this.#open.inForeignContent))
      return after(text, ']]>', start + 9);
    if (!final && opening.length < 7 && ('--'.startsWith(opening) || '[CDATA['.startsWith(opening)))
      return INCOMPLETE;
    return after(text, '>', start + 2);
  }

  /** §13.2.5.43–51: a comment ends at `-->` or `--!>`, or at once as `<!-->` or `<!--->`. */
  #scanComment(text: string, from: number): number {
    if (text.charCodeAt(from) === GREATER) return from + 1;
    if (text.startsWith('->', from)) return from + 2;
    const plain = text.indexOf('-->', from);
    // The next `--!>` is searched once and remembered: a page of many comments must not search to its end for each.
    if (this.#nextBangClose < from) {
      const found = text.indexOf('--!>', from);
      this.#nextBangClose = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    if (this.#nextBangClose < (plain === -1 ? text.length : plain)) return this.#nextBangClose + 4;
    return plain === -1 ? INCOMPLETE : plain + 3;
  }

  #scanTag(text: string, nameStart: number, closing: boolean): number {
    let hash = 0;
    let index = nameStart;
    let code = text.charCodeAt(index);
    while (code !== GREATER && code !== SLASH && !isSpace(code)) {
      if (Number.isNaN(code)) return INCOMPLETE;
      hash = addToHash(hash, code);
      code = text.charCodeAt(++index);
    }
    const candidate = KNOWN_BY_HASH.get(hash);
    const tracked = !this.#open.isEmpty;
    if ((candidate === undefined || closing) && !tracked)
      return code === GREATER ? index + 1 : this.#scanAttributes(text, index, undefined);
    const name = text.slice(nameStart, index).toLowerCase();
    const wanted = closing
      ? undefined
      : (WATCHED_ATTRIBUTES[name as WatchedElement] ?? (tracked ? FOREIGN_ATTRIBUTES : undefined));
    const end = this.#scanAttributes(text, index, wanted);
    if (end === INCOMPLETE) return INCOMPLETE;
    if (closing) {
      if (tracked) this.#open.endTag(name);
    } else if (tracked || candidate === name) {
      this.#startTag(name);
    }
    return end;
  }

  #startTag(name: string): void {
    const tracked = !this.#open.isEmpty || name === 'svg' || name === 'math' || name === 'template';
    const namespace = tracked
      ? this.#open.startTag(name, this.#selfClosing, (attribute) => this.#attributes.get(attribute))
      : 'html';
    if (namespace === 'html') this.#enterTextMode(name);
    if (this.#open.inTemplate) return;
    if (name === 'a' || (namespace === 'html' && Object.hasOwn(WATCHED_ATTRIBUTES, name))) {
      if (!this.#images && (name === 'img' || name === 'source')) return;
      this.#visitor.startTag(name as WatchedElement, this.#attributes, namespace);
    }
  }

  #enterTextMode(name: string): void {
    if (this.#xml && (this.#selfClosing || !XML_TEXT_ELEMENTS.has(name))) return;
    if (name === 'script' || name === 'plaintext') {
      this.#mode = name;
    } else if (END_TAG_OF.has(name) && (name !== 'noscript' || this.#scripting)) {
      this.#mode = name;
      if (name === 'title' && !this.#open.inTemplate) this.#title = '';
    }
  }

  /** Reads to the end of the tag; keeps the wanted attributes, the first of each name (§13.2.5.33). */
  #scanAttributes(text: string, from: number, wanted: ReadonlySet<string> | undefined): number {
    if (wanted !== undefined) this.#attributes.clear();
    this.#selfClosing = false;
    let index = from;
    for (;;) {
      let code = text.charCodeAt(index);
      if (isSpace(code)) {
        index++;
        continue;
      }
      if (code === GREATER) return index + 1;
      if (code === SLASH) {
        index++;
        if (text.charCodeAt(index) !== GREATER) continue;
        this.#selfClosing = true;
        return index + 1;
      }
      const nameStart = index;
      // A first `=` belongs to the name; quotes and `<` do too.
      do {
        if (Number.isNaN(code)) return INCOMPLETE;
        code = text.charCodeAt(++index);
      } while (code !== EQUALS && code !== GREATER && code !== SLASH && !isSpace(code));
      const nameEnd = index;
      while (isSpace(code)) code = text.charCodeAt(++index);
      let valueStart = index;
      let valueEnd = index;
      if (code === EQUALS) {
        do code = text.charCodeAt(++index);
        while (isSpace(code));
        valueStart = index;
        if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
          valueStart++;
          valueEnd = text.indexOf(code === DOUBLE_QUOTE ? '"' : "'", valueStart);
          if (valueEnd === -1) return INCOMPLETE;
          index = valueEnd + 1;
        } else {
          while (code !== GREATER && !isSpace(code)) {
            if (Number.isNaN(code)) return INCOMPLETE;
            code = text.charCodeAt(++index);
          }
          valueEnd = index;
        }
      }
      if (wanted !== undefined) this.#keepAttribute(text, nameStart, nameEnd, valueStart, valueEnd, wanted);
    }
  }

  #keepAttribute(
    text: string,
    nameStart: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
    wanted: ReadonlySet<string>,
  ): void {
    if (!KEPT_ATTRIBUTE_LENGTHS.has(nameEnd - nameStart)) return;
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    if (wanted.has(name) && !this.#attributes.has(name))
      this.#attributes.set(name, text.slice(valueStart, valueEnd));
  }

  /** Reads script, style, title and the like up to their end tag, which is then read as markup. */
  #scanText(text: string, from: number, final: boolean): number {
    if (this.#mode === 'plaintext') return text.length;
    if (isScriptState(this.#mode)) {
      const script = readScript(text, from, this.#mode);
      this.#mode = script.isEnded ? 'markup' : script.state;
      if (script.isEnded) return script.position;
      return final ? text.length : ~script.position;
    }
    const endTag = END_TAG_OF.get(this.#mode)!;
    endTag.lastIndex = from;
    const found = endTag.exec(text);
    const cutOff = this.#mode.length + 2;
    const end = found?.index ?? (final ? text.length : Math.max(from, text.length - cutOff));
    if (this.#title !== undefined) this.#keepTitle(text.slice(from, end));
    if (found === null) return final ? end : ~end;
    this.#finishTitle();
    this.#mode = 'markup';
    return end;
  }

  #keepTitle(text: string): void {
    this.#title = (this.#title + text).slice(0, this.#maxTitleBytes);
  }

  #finishTitle(): void {
    const title = this.#title;
    this.#title = undefined;
    if (title !== undefined) this.#visitor.title(title);
  }
}

function after(text: string, ending: string, from: number): number {
  const found = text.indexOf(ending, from);
  return found === -1 ? INCOMPLETE : found + ending.length;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === LF || code === TAB || code === CR || code === FF;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
