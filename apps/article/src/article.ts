/** What `npm run article` does: lists the programs, runs one, or opens the article in the browser. */
import { Refusal } from '@oxbow/shell';
import { PROGRAMS, type Program, programFile } from './program-list.ts';

const HELP = `usage: npm run article                 lists the programs
       npm run article -- <name>       runs one
       npm run article -- --read       opens the article in the browser
options: --port N    the port of --read (default 4281, or a free one; 0 for any free one)
         --open      opens the browser (default at the terminal of a desktop); --no-open does not
`;

/** Runs the command with what follows it; gives the exit code. */
export async function article(args: readonly string[]): Promise<number> {
  if (args.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(HELP);
    return 0;
  }
  if (args.includes('--read')) {
    const { readArticle } = await import('./reader.ts');
    return readArticle(args.filter((word) => word !== '--read'));
  }
  const [name, ...rest] = args;
  if (name === undefined) {
    process.stdout.write(list());
    return 0;
  }
  const program = PROGRAMS.find((known) => known.name === name);
  if (program === undefined) throw new Refusal(`there is no program "${name}": npm run article lists them`);
  if (rest.length > 0) throw new Refusal(`${name} takes no arguments, got ${rest.join(' ')}`);
  return runProgram(program);
}

async function runProgram({ name }: Program): Promise<number> {
  const { main } = (await import(programFile(name, 'ts').href)) as { main: () => Promise<void> };
  await main();
  return 0;
}

function list(): string {
  const width = Math.max(...PROGRAMS.map(({ name }) => name.length));
  const lines = PROGRAMS.map(({ name, about, serves }) => {
    return `  ${name.padEnd(width)}  ${about}${serves ? ' (until Ctrl-C)' : ''}`;
  });
  return `An introduction to asynchronous network programming, in programs:\n\n${lines.join('\n')}\n
Run one:          npm run article -- ${PROGRAMS[0]?.name}
Read about them:  npm run article -- --read\n`;
}
