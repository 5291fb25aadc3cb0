/**
 * The words a person types after `npm start --`, turned into options or into one sentence that says what is wrong.
 * Knows nothing of crawling: it reads strings and returns values.
 */
import { parseArgs } from 'node:util';
import { nearestName } from '@oxbow/loop/lowlevel';

/** What a crawl is asked to do. Absent numbers mean "the crawler's own default". */
export interface CrawlRequest {
  /** The seeds, canonical; empty: the embedded site. */
  readonly urls: readonly string[];
  /** A URL came with a user name or a password: left out of `urls`, for they are not sent. */
  readonly hasCredentials: boolean;
  /** Where the rows go, as typed; undefined: they are counted, not written. */
  readonly out: string | undefined;
  readonly maxPages: number | undefined;
  readonly maxDepth: number | undefined;
  readonly concurrency: number | undefined;
  /** Pause between two requests to one host, in milliseconds; undefined: 1000, and 0 on loopback. */
  readonly delayMs: number | undefined;
  /** Port of the page; undefined: the usual one, or a free one where that is taken. */
  readonly port: number | undefined;
  /** Whether to open the page; false: a progress bar and a summary line. */
  readonly page: boolean;
  readonly ignoreRobots: boolean;
  /** The file that keeps the frontier, as typed; undefined: it is kept in memory. */
  readonly frontier: string | undefined;
  /** Go on with the crawl that the frontier's file holds. */
  readonly resume: boolean;
}

/** What the words came to. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'crawl'; readonly request: CrawlRequest };

const OPTIONS = {
  out: { type: 'string' },
  'max-pages': { type: 'string' },
  'max-depth': { type: 'string' },
  concurrency: { type: 'string' },
  delay: { type: 'string' },
  port: { type: 'string' },
  'no-ui': { type: 'boolean' },
  'ignore-robots': { type: 'boolean' },
  frontier: { type: 'string' },
  resume: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type OptionName = keyof typeof OPTIONS;

/** Inclusive ranges of the numeric options. */
const RANGES: Readonly<Partial<Record<OptionName, readonly [min: number, max: number]>>> = {
  'max-pages': [1, 1_000_000_000],
  'max-depth': [0, 1_000_000],
  concurrency: [1, 1024],
  delay: [0, 86_400_000],
  port: [0, 65_535],
};

/** The text of `--help`. */
export const HELP = `Crawl a site and watch it live in the browser.

  npm start                          crawl the embedded site: this repository's own documentation
  npm start -- <url…> [options]      crawl these sites; a page is in scope when its origin is a seed's

  --out FILE         write one JSON line for each URL answered
  --max-pages N      stop after N pages
  --max-depth N      follow links at most N steps from a seed
  --concurrency N    requests in flight, 1 to 1024 (default 16)
  --delay MS         pause between two requests to one host (default 1000; 0 on loopback);
                     the longer of it and the site's Crawl-delay holds
  --ignore-robots    fetch what robots.txt forbids, and lift its Crawl-delay
  --frontier FILE    keep what is known of the crawl in FILE, so that it survives a kill
  --resume           go on with the crawl in that file; the output goes on where it was committed
  --port N           port of the page on 127.0.0.1 (default 4280, or a free one where that is taken)
  --no-ui            no page: a progress bar, then one summary line; ends when the crawl ends
  -h, --help         this text

With the page, the process serves on after the crawl has ended, until Ctrl-C.
Ctrl-C ends cleanly: what was fetched is written. A second Ctrl-C ends at once.
`;

class Refusal extends Error {}

/** Reads the arguments behind `npm start --`; never throws. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    return read(args);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', message: error.message };
    throw error;
  }
}

function read(args: readonly string[]): CommandLine {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const given = new Map<OptionName, string | true>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const name = knownOption(token.name, token.rawName);
    given.set(name, optionValue(name, token.value));
  }
  if (given.has('help')) return { kind: 'help' };
  if (given.has('resume') && !given.has('frontier')) {
    throw new Refusal('--resume needs --frontier FILE: the file of the crawl to go on with');
  }
  const urls = words.map(seedUrl);
  return {
    kind: 'crawl',
    request: {
      urls: [...new Set(urls.map(canonical))],
      hasCredentials: urls.some(({ username, password }) => username !== '' || password !== ''),
      out: given.get('out') as string | undefined,
      maxPages: wholeNumber('max-pages', given),
      maxDepth: wholeNumber('max-depth', given),
      concurrency: wholeNumber('concurrency', given),
      delayMs: wholeNumber('delay', given),
      port: wholeNumber('port', given),
      page: !given.has('no-ui'),
      ignoreRobots: given.has('ignore-robots'),
      frontier: given.get('frontier') as string | undefined,
      resume: given.has('resume'),
    },
  };
}

function knownOption(name: string, asTyped: string): OptionName {
  if (Object.hasOwn(OPTIONS, name)) return name as OptionName;
  const nearest = nearestName(name, Object.keys(OPTIONS));
  const hint = nearest === undefined ? 'see --help' : `did you mean --${nearest}?`;
  throw new Refusal(`unknown option ${asTyped}: ${hint}`);
}

function optionValue(name: OptionName, value: string | undefined): string | true {
  if (OPTIONS[name].type === 'boolean') {
    if (value !== undefined) throw new Refusal(`--${name} takes no value, but got '${value}'`);
    return true;
  }
  if (value === undefined || value === '' || (value.startsWith('-') && value !== '-')) {
    throw new Refusal(`--${name} needs a value: see --help`);
  }
  return value;
}

function wholeNumber(name: OptionName, given: ReadonlyMap<OptionName, string | true>): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const [min, max] = RANGES[name] ?? [0, Number.MAX_SAFE_INTEGER];
  const value = /^\d{1,15}$/.test(String(text)) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new Refusal(`--${name} takes a whole number from ${min} to ${max}, but got '${text}'`);
  }
  return value;
}

function seedUrl(word: string): URL {
  const url = URL.parse(word);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const guess = URL.parse(`https://${word}`);
  const hint = guess?.hostname.includes('.') && !word.includes('://') ? `; did you mean ${guess.href}?` : '';
  throw new Refusal(`'${word}' is not an http or https URL${hint}`);
}

function canonical(url: URL): string {
  const copy = new URL(url);
  copy.hash = '';
  copy.username = '';
  copy.password = '';
  return copy.href;
}
