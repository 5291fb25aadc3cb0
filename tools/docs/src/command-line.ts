/** What was asked for on the command line. */

/** How the pages are written. */
export type PageForm = 'markdown' | 'html';

/** A run. */
export interface Request {
  readonly form: PageForm;
  /** Whether the site is built around the reference. */
  readonly site: boolean;
  /** Whether the site is served afterwards, until Ctrl-C. */
  readonly serve: boolean;
  readonly help: boolean;
}

/** Said to the user as it is. */
export class CommandLineError extends Error {}

/** How to ask. */
export const USAGE = `usage: npm run docs [-- --serve | --reference | --html]

Builds the documentation site: guides, packages, the article and the reference of every public door.

  (no option)   the reference as Markdown into docs/reference/, and the site into docs/site/
  --serve       the same, and shows the site at http://localhost:4290/ until Ctrl-C
  --reference   only the reference, as Markdown into docs/reference/
  --html        only the reference, as HTML into docs/reference-html/: a page for each export, with a search box
  --help        this text

The folders are made anew, and only when everything in them could be written.`;

const OPTIONS = ['--serve', '--reference', '--html', '--help', '-h'];

/**
 * Reads the words after `npm run docs --`.
 *
 * @throws CommandLineError for a word that means nothing, and for two that exclude each other
 */
export function readCommandLine(words: readonly string[]): Request {
  const unknown = words.find((word) => !OPTIONS.includes(word));
  if (unknown !== undefined) throw new CommandLineError(`"${unknown}" is no option of docs.\n${USAGE}`);
  const chosen = ['--serve', '--reference', '--html'].filter((option) => words.includes(option));
  if (chosen.length > 1) throw new CommandLineError(`${chosen.join(' and ')} exclude each other.\n${USAGE}`);
  return {
    form: chosen[0] === '--html' ? 'html' : 'markdown',
    site: chosen.length === 0 || chosen[0] === '--serve',
    serve: chosen[0] === '--serve',
    help: words.includes('--help') || words.includes('-h'),
  };
}
