/** What was asked for on the command line. */

/** A run. */
export interface Request {
  /** Suites to run, in the order they are known in. */
  readonly suites: readonly string[];
  /** Tables to run; empty for all. */
  readonly tables: readonly string[];
  readonly quick: boolean;
  readonly write: boolean;
  /** Draws the plots of the page anew, and measures nothing. */
  readonly plots: boolean;
  readonly jsonFile: string | undefined;
  readonly help: boolean;
}

/** Said to the user as it is. */
export class CommandLineError extends Error {}

/** How to ask. */
export const USAGE = `usage: npm run bench -- [package…] [--quick] [--table id]… [--json file] [--write]
       npm run bench -- --plots

  --quick       fewer and shorter rounds: under a minute for a package
  --table id    only this table, repeatable
  --json file   write every sample
  --write       write docs/benchmarks.md from the results, and its plots
  --plots       draw the plots from the figures on the page, and measure nothing`;

/**
 * Reads the words after `npm run bench --`.
 *
 * @throws CommandLineError for a word that means nothing
 */
export function readCommandLine(words: readonly string[], known: readonly string[]): Request {
  const suites = new Set<string>();
  const tables: string[] = [];
  const flags = new Set<string>();
  let jsonFile: string | undefined;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const name = word.replace(/^@oxbow\//, '');
    if (['--quick', '--write', '--plots', '--help', '-h'].includes(word)) flags.add(word);
    else if (word === '--table') tables.push(operand(word, rest.shift()));
    else if (word === '--json') jsonFile = operand(word, rest.shift());
    else if (known.includes(name)) suites.add(name);
    else
      throw new CommandLineError(
        `"${word}" is no suite and no option; suites are ${known.join(', ')}.\n${USAGE}`,
      );
  }
  const write = flags.has('--write');
  if (write && tables.length > 0)
    throw new CommandLineError('--write wants whole suites: leave --table out, or take --json.');
  return {
    suites: known.filter((name) => suites.size === 0 || suites.has(name)),
    tables,
    quick: flags.has('--quick'),
    write,
    plots: flags.has('--plots'),
    jsonFile,
    help: flags.has('--help') || flags.has('-h'),
  };
}

function operand(option: string, value: string | undefined): string {
  if (value === undefined || value.startsWith('--'))
    throw new CommandLineError(`${option} wants a value.\n${USAGE}`);
  return value;
}
