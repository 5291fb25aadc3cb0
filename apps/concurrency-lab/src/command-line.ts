/** The words behind `npm run lab --`. */
import { Refusal, readPort } from '@oxbow/shell';
import { DEFAULT_EXPERIMENT, type Experiment, faultOf, MODELS, type Model } from './experiment.ts';

/** What was asked for. */
export interface LabRequest {
  readonly experiment: Experiment;
  readonly page: boolean;
  readonly port: number | undefined;
  /** Whether to open the browser; undefined leaves it to the terminal. */
  readonly open: boolean | undefined;
}

/** What `--help` prints. */
export const HELP = `usage: npm run lab [-- options]

  --no-ui             a table on the terminal instead of the page
  --jobs N,N,…        the numbers of jobs (default ${DEFAULT_EXPERIMENT.jobs.join(',')})
  --job-ms MS         how long one job takes alone (default ${DEFAULT_EXPERIMENT.jobMs})
  --cpu-share PERCENT how much of a job is computing (default ${DEFAULT_EXPERIMENT.cpuShare})
  --models NAME,…     of ${MODELS.map(({ name }) => name).join(', ')} (default all)
  --workers N         threads or processes of one pool (default ${DEFAULT_EXPERIMENT.workers})
  --port N            the page's port (default 4282, or a free one; 0 for any free one)
  --open, --no-open   whether to open the browser (default at the terminal of a desktop)
`;

/** Reads the words; 'help' when help was asked for. Refuses what it does not know. */
export function readCommandLine(words: readonly string[]): LabRequest | 'help' {
  const experiment: { -readonly [Name in keyof Experiment]: Experiment[Name] } = { ...DEFAULT_EXPERIMENT };
  let page = true;
  let port: number | undefined;
  let open: boolean | undefined;
  const rest = [...words];
  const wordAfter = (option: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new Refusal(`${option} wants a value: npm run lab -- --help`);
    return value;
  };
  const numbers = (option: string): number[] => wordAfter(option).split(',').map(toNumber);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--help' || word === '-h') return 'help';
    if (word === '--no-ui') page = false;
    else if (word === '--open') open = true;
    else if (word === '--no-open') open = false;
    else if (word === '--port') port = readPort(rest.shift());
    else if (word === '--jobs') experiment.jobs = numbers(word);
    else if (word === '--job-ms') experiment.jobMs = toNumber(wordAfter(word));
    else if (word === '--cpu-share') experiment.cpuShare = toNumber(wordAfter(word));
    else if (word === '--workers') experiment.workers = toNumber(wordAfter(word));
    else if (word === '--models') experiment.models = wordAfter(word).split(',') as Model[];
    else throw new Refusal(`${word} is no option: npm run lab -- --help lists them`);
  }
  const fault = faultOf(experiment);
  if (fault !== undefined) throw new Refusal(fault);
  return { experiment, page, port, open };
}

function toNumber(word: string): number {
  return /^\d+$/.test(word) ? Number(word) : Number.NaN;
}
