/** The words behind `npm run chat --`. */
import { Refusal, readPort } from '@oxbow/shell';

/** What was asked for. */
export interface ChatCommand {
  /** Simulated members. */
  readonly members: number;
  /** Server processes that share the port. */
  readonly processes: number;
  /** URL of the Redis that keeps the rooms; undefined keeps them in the memory of this program. */
  readonly broker: string | undefined;
  readonly port: number | undefined;
  /** Whether to open the browser; undefined leaves it to the terminal. */
  readonly open: boolean | undefined;
}

/** The most simulated members: each is a connection, with two ends in this process. */
export const MAX_MEMBERS = 5000;

/** The most server processes. */
export const MAX_PROCESSES = 32;

/** What `--help` prints. */
export const HELP = `usage: npm run chat [-- options]

  --members N         simulated members, who talk in rooms of 50 (default 0, at most ${MAX_MEMBERS})
  --processes N       server processes that share the port and the rooms (default 1, at most ${MAX_PROCESSES})
  --broker URL        a Redis or Valkey that keeps the rooms, such as redis://127.0.0.1:6379: programs that
                      name the same one share them (default: the memory of this program)
  --port N            the page's port (default 4284, or a free one; 0 for any free one)
  --open, --no-open   whether to open the browser (default at the terminal of a desktop)
`;

/** Reads the words; 'help' when help was asked for. Refuses what it does not know. */
export function readCommandLine(words: readonly string[]): ChatCommand | 'help' {
  let members = 0;
  let processes = 1;
  let broker: string | undefined;
  let port: number | undefined;
  let open: boolean | undefined;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--help' || word === '-h') return 'help';
    if (word === '--open') open = true;
    else if (word === '--no-open') open = false;
    else if (word === '--port') port = readPort(rest.shift());
    else if (word === '--members') members = readCount(word, rest.shift(), 0, MAX_MEMBERS);
    else if (word === '--processes') processes = readCount(word, rest.shift(), 1, MAX_PROCESSES);
    else if (word === '--broker') broker = readBroker(rest.shift());
    else throw new Refusal(`${word} is no option: npm run chat -- --help lists them`);
  }
  return { members, processes, broker, port, open };
}

function readCount(option: string, word: string | undefined, least: number, most: number): number {
  const count = word !== undefined && /^\d+$/.test(word) ? Number(word) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new Refusal(`${option} takes a whole number from ${least} to ${most}, got ${word ?? 'nothing'}`);
}

function readBroker(word: string | undefined): string {
  if (word !== undefined && /^rediss?:$/.test(URL.parse(word)?.protocol ?? '')) return word;
  throw new Refusal(
    `--broker takes a URL such as redis://127.0.0.1:6379 or rediss://…, got ${word ?? 'nothing'}`,
  );
}
