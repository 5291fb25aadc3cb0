/**
 * Sentences of Markdown and of comments, with the line each begins on and its words counted.
 *
 * Code is not prose: a block counts for nothing, a span, or several in a row, for one word. Items of a list and cells of a table
 * begin anew; in a cell, what a semicolon parts are entries.
 */
import { readMarkdown } from './markdown.ts';

/** A sentence. */
export interface Sentence {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  readonly words: number;
}

/** How a sentence ends, perhaps closed by a bracket or quote, and what can begin the next one. */
const CAN_END = /[.!?…][)"'”*_]*$/;
const CAN_BEGIN = /^["'“(*_[]*[\p{Lu}\p{N}@]/u;
/** Marks that end no sentence. */
const ABBREVIATION = /\b(e\.g|i\.e|etc|vs|cf|approx|no|St|Mr|Dr)\.$/i;

/** A line, or a part of one, as plain text. */
interface Part {
  readonly text: string;
  readonly line: number;
}

/** The sentences of a Markdown page. */
export function sentencesOfMarkdown(text: string): readonly Sentence[] {
  return sentencesOf(readMarkdown(withoutFrontMatter(text)).prose);
}

/** The sentences of a block comment, whose first line stands at `line` of its file. */
export function sentencesOfComment(comment: string, line: number): readonly Sentence[] {
  const lines = comment.split('\n').map((each) => each.replace(/^\s*(\/\*\*?|\*(?!\/))? ?|\s*\*\/\s*$/g, ''));
  // Trees and tables drawn in a comment are looked at, not read.
  const read = lines.map((each) => (/[├└│]|\S {2,}\S/.test(each) ? '' : each));
  const tags = read.map((each) => each.replace(/^@\w+\s*/, (tag) => (tag === '' ? '' : '- ')));
  const prose = readMarkdown(tags.join('\n')).prose;
  return sentencesOf(prose).map((sentence) => ({ ...sentence, line: sentence.line + line - 1 }));
}

function sentencesOf(lines: readonly string[]): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let open: Part[] = [];
  const close = (): void => {
    sentences.push(...split(open));
    open = [];
  };
  lines.forEach((raw, at) => {
    const line = at + 1;
    const text = plain(raw);
    if (/^\s*\|/.test(raw)) {
      close();
      for (const cell of cellsOf(raw)) sentences.push(...split([{ text: plain(cell), line }]));
      return;
    }
    if (text.trim() === '' || /^\s*(#{1,6}\s|[-*+]\s|\d+\.\s|>|!\[)/.test(raw)) close();
    open.push({ text: text.replace(/^\s*(#{1,6}|[-*+]|\d+\.|>)\s+/, ''), line });
    if (/^\s*#{1,6}\s/.test(raw)) close();
  });
  close();
  return sentences;
}

function split(parts: readonly Part[]): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let text = '';
  let line = 1;
  const end = (): void => {
    const words = countWords(text);
    if (words > 0) sentences.push({ text: text.trim(), line, words });
    text = '';
  };
  for (const part of parts) {
    for (const word of part.text.split(/\s+/).filter((each) => each !== '')) {
      if (CAN_END.test(text) && CAN_BEGIN.test(word) && !ABBREVIATION.test(text)) end();
      if (text === '') line = part.line;
      text = text === '' ? word : `${text} ${word}`;
    }
  }
  end();
  return sentences;
}

function countWords(text: string): number {
  return text.split(/[\s/]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** Without what is not read: code becomes a word, a link its text, a picture and a tag nothing. */
function plain(line: string): string {
  return (
    line
      .replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, ' Code ')
      .replace(/\{@link(?:code|plain)?\s+([^}|]+)(?:\|[^}]*)?\}/g, ' Code ')
      .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/<[^>]*>/g, ' ')
      // Names in a row are looked at, not read: `a`, `b` and `c`.
      .replace(/ Code (\s*(,|, and|, or|and|or|\/)\s+Code )+/g, ' Code ')
  );
}

function cellsOf(row: string): readonly string[] {
  return row
    .replaceAll('\\|', '¦')
    .split(/\||; /)
    .map((cell) => cell.trim())
    .filter((cell) => !/^:?-+:?$/.test(cell));
}

function withoutFrontMatter(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, (front) => front.replace(/[^\n]/g, ''));
}
