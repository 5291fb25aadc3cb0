/** What was asked for on the command line. */

/** How the pages are written. */
export type PageForm = 'markdown' | 'html';

/** A run. */
export interface Request {
  readonly form: PageForm;
  readonly help: boolean;
}

/** Said to the user as it is. */
export class CommandLineError extends Error {}

/** How to ask. */
export const USAGE = `usage: npm run docs [-- --html]

Writes the reference of every package's public doors.

  (no option)   Markdown into docs/reference/: a folder for each package, a page for each door
  --html        HTML into docs/reference-html/: a page for each export, with a search box
  --help        this text

Both folders are made anew, and only when the whole reference could be written.`;

/**
 * Reads the words after `npm run docs --`.
 *
 * @throws CommandLineError for a word that means nothing
 */
export function readCommandLine(words: readonly string[]): Request {
  const unknown = words.find((word) => !['--html', '--help', '-h'].includes(word));
  if (unknown !== undefined) throw new CommandLineError(`"${unknown}" is no option of docs.\n${USAGE}`);
  return {
    form: words.includes('--html') ? 'html' : 'markdown',
    help: words.includes('--help') || words.includes('-h'),
  };
}
