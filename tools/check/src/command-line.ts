/**
 * The words after `npm run check --`: which rules and steps to run, and whether to mend.
 */
import { RULES } from './rules.ts';
import { STEPS } from './steps.ts';

/** What the user asked for. */
export interface Request {
  readonly fix: boolean;
  /** Print the rules and end. */
  readonly list: boolean;
  /** Names of rules and steps; all of them when none was named. */
  readonly names: ReadonlySet<string>;
}

/** One word for several rules. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  docs: ['links', 'readme', 'doc-comments', 'error-codes', 'snippets', 'examples'],
  rules: RULES.map(({ name }) => name),
};

/** Reads the words; throws a RangeError that names the known ones when it meets another. */
export function readCommandLine(words: readonly string[]): Request {
  const known = [...RULES, ...STEPS].map(({ name }) => name);
  const names = new Set<string>();
  let fix = false;
  let list = false;
  for (const word of words) {
    if (word === '--fix') fix = true;
    else if (word === '--list' || word === '--help') list = true;
    else if (Object.hasOwn(GROUPS, word)) for (const name of GROUPS[word] ?? []) names.add(name);
    else if (known.includes(word)) names.add(word);
    else {
      const all = ['--fix', '--list', ...known, ...Object.keys(GROUPS)].join(', ');
      throw new RangeError(`unknown word '${word}'; known are ${all}`);
    }
  }
  return { fix, list, names: names.size > 0 ? names : new Set(known) };
}

/** The list of everything that can be named, one a line. */
export function describeAll(): string {
  const rows: [string, string][] = [...RULES, ...STEPS].map(({ name, about }) => [name, about]);
  for (const [name, members] of Object.entries(GROUPS))
    if (name !== 'rules') rows.push([name, members.join(', ')]);
  rows.push(['rules', 'every rule that reads the tree alone (a second or two)']);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`).join('\n');
}
