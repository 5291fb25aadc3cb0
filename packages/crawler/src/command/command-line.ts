/**
 * The words a person types after `oxbow-crawl` or `npm start --`, turned into options or into one sentence that says what is wrong.
 * Knows nothing of crawling: it reads strings and returns values.
 */
import { parseArgs } from 'node:util';
import { nearestName } from '@oxbow/loop/lowlevel';

/** The program that is spoken to: the command of this package, or one that shows a page beside it. */
export type Program = 'oxbow-crawl' | 'observatory';

/** What is to be done. */
export type Verb =
  | 'crawl'
  | 'run'
  | 'explain'
  | 'fetch'
  | 'shell'
  | 'stats'
  | 'export'
  | 'resume'
  | 'retry-failed'
  | 'worker'
  | 'status'
  | 'pause'
  | 'stop'
  | 'bench';

/** The formats of an output. */
export type OutputFormat = 'jsonl' | 'csv' | 'sqlite' | 'warc' | 'parquet' | 'markdown' | 'graphml' | 'dot';

/** What a crawl is asked to do. Absent numbers mean "the crawler's own default". */
export interface CrawlRequest {
  /** The seeds, canonical; empty: those of the frontier, or of the program's own. */
  readonly urls: readonly string[];
  /** A URL came with a user name or a password: left out of `urls`, for they are not sent. */
  readonly hasCredentials: boolean;
  /** Where the rows go, as typed; `-` is standard output; undefined: they are counted, not written. */
  readonly out: string | undefined;
  /** Undefined: by the end of the output's name, else jsonl. */
  readonly format: OutputFormat | undefined;
  readonly append: boolean;
  readonly overwrite: boolean;
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
  readonly userAgent: string | undefined;
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly scope: 'same-origin' | 'same-site' | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** The file that keeps the frontier, or the URL of the server that does, as typed; undefined: it is kept in memory. */
  readonly frontier: string | undefined;
  /** Go on with the crawl that the frontier's file holds. */
  readonly resume: boolean;
  /** Work on a crawl that is there, by its rules. */
  readonly joins: boolean;
  /** Visit again what failed, all of it or what failed for one reason. */
  readonly retryFailed: boolean;
  readonly reason: string | undefined;
  /** Show the output, or the page, in the browser when it is there; undefined: where the program usually does. */
  readonly open: boolean | undefined;
}

/** What the words came to. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'crawl';
      readonly verb: Verb;
      /** What follows the verb and is no URL to crawl: a file, or the URL to look at. */
      readonly words: readonly string[];
      readonly request: CrawlRequest;
    };

const OPTIONS = {
  out: { type: 'string' },
  format: { type: 'string' },
  append: { type: 'boolean' },
  overwrite: { type: 'boolean' },
  'max-pages': { type: 'string' },
  'max-depth': { type: 'string' },
  concurrency: { type: 'string' },
  delay: { type: 'string' },
  port: { type: 'string' },
  'no-ui': { type: 'boolean' },
  'ignore-robots': { type: 'boolean' },
  'user-agent': { type: 'string' },
  header: { type: 'string' },
  scope: { type: 'string' },
  include: { type: 'string' },
  exclude: { type: 'string' },
  frontier: { type: 'string' },
  resume: { type: 'boolean' },
  'retry-failed': { type: 'boolean' },
  reason: { type: 'string' },
  open: { type: 'boolean' },
  'no-open': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type OptionName = keyof typeof OPTIONS;
type Given = ReadonlyMap<OptionName, readonly (string | true)[]>;

/** Options of one program alone. */
const ONLY: Readonly<Partial<Record<OptionName, Program>>> = {
  port: 'observatory',
  'no-ui': 'observatory',
  'no-open': 'observatory',
};
/** Options that may be given several times. */
const REPEATED: ReadonlySet<OptionName> = new Set(['header', 'include', 'exclude']);
/** Inclusive ranges of the numeric options. */
const RANGES: Readonly<Partial<Record<OptionName, readonly [min: number, max: number]>>> = {
  'max-pages': [1, 1_000_000_000],
  'max-depth': [0, 1_000_000],
  concurrency: [1, 1024],
  delay: [0, 86_400_000],
  port: [0, 65_535],
};
const FORMATS: readonly OutputFormat[] = [
  'jsonl',
  'csv',
  'sqlite',
  'warc',
  'parquet',
  'markdown',
  'graphml',
  'dot',
];
const SCOPES = ['same-origin', 'same-site'] as const;
/** How many words each verb takes beside options, and what they are called. */
const VERBS: Readonly<
  Record<Exclude<Verb, 'crawl'>, { readonly words: string; readonly least: number; readonly most: number }>
> = {
  run: { words: 'FILE', least: 1, most: 1 },
  explain: { words: 'URL', least: 1, most: 1 },
  fetch: { words: 'URL', least: 1, most: 1 },
  shell: { words: 'URL', least: 0, most: 1 },
  stats: { words: 'FILE', least: 1, most: 1 },
  export: { words: 'FILE', least: 1, most: 1 },
  resume: { words: 'FILE', least: 0, most: 1 },
  'retry-failed': { words: 'FILE', least: 0, most: 1 },
  worker: { words: 'SERVER', least: 0, most: 1 },
  status: { words: 'SERVER', least: 0, most: 1 },
  pause: { words: 'SERVER', least: 0, most: 1 },
  stop: { words: 'SERVER', least: 0, most: 1 },
  bench: { words: 'URL', least: 0, most: 1 },
};

class Refusal extends Error {}

/** Reads the arguments behind the program's name; never throws. */
export function readCommandLine(args: readonly string[], program: Program = 'oxbow-crawl'): CommandLine {
  try {
    return read(args, program);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', message: error.message };
    throw error;
  }
}

function read(args: readonly string[], program: Program): CommandLine {
  const { tokens } = parseArgs({ args: joinedValues(args), options: OPTIONS, strict: false, tokens: true });
  const given = new Map<OptionName, (string | true)[]>();
  const typed: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') typed.push(token.value);
    if (token.kind !== 'option') continue;
    const name = knownOption(token.name, token.rawName, program);
    const value = optionValue(name, token.value);
    given.set(name, REPEATED.has(name) ? [...(given.get(name) ?? []), value] : [value]);
  }
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  const verb = program === 'oxbow-crawl' && isVerb(typed[0]) ? typed[0] : 'crawl';
  const words = verb === 'crawl' ? [] : verbWords(verb, typed.slice(1));
  const urls = (verb === 'crawl' ? typed : []).map(httpUrl);
  const request = requestOf(urls, verb, words, given);
  if (given.has('open') && given.has('no-open'))
    throw new Refusal('--open and --no-open exclude each other: choose one');
  checkTogether(request, verb, program, urls.length);
  return { kind: 'crawl', verb, words, request };
}

function requestOf(urls: readonly URL[], verb: Verb, words: readonly string[], given: Given): CrawlRequest {
  const text = (name: OptionName): string | undefined => given.get(name)?.[0] as string | undefined;
  const texts = (name: OptionName): readonly string[] => (given.get(name) ?? []) as readonly string[];
  const goesOn = verb === 'resume' || verb === 'retry-failed';
  const isNamed = goesOn || isShared(verb);
  return {
    urls: [...new Set(urls.map(canonical))],
    hasCredentials: urls.some(({ username, password }) => username !== '' || password !== ''),
    out: text('out'),
    format: oneOf('format', text('format'), FORMATS),
    append: given.has('append'),
    overwrite: given.has('overwrite'),
    maxPages: wholeNumber('max-pages', given),
    maxDepth: wholeNumber('max-depth', given),
    concurrency: wholeNumber('concurrency', given),
    delayMs: wholeNumber('delay', given),
    port: wholeNumber('port', given),
    page: !given.has('no-ui'),
    ignoreRobots: given.has('ignore-robots'),
    userAgent: text('user-agent'),
    headers: Object.fromEntries(texts('header').map(headerField)),
    scope: oneOf('scope', text('scope'), SCOPES),
    include: texts('include').map((pattern) => pathPattern('include', pattern)),
    exclude: texts('exclude').map((pattern) => pathPattern('exclude', pattern)),
    frontier: (isNamed ? words[0] : undefined) ?? text('frontier'),
    resume: given.has('resume') || given.has('retry-failed') || goesOn,
    joins: verb === 'worker',
    retryFailed: given.has('retry-failed') || verb === 'retry-failed',
    reason: text('reason'),
    open: given.has('open') ? true : given.has('no-open') ? false : undefined,
  };
}

function checkTogether(request: CrawlRequest, verb: Verb, program: Program, urls: number): void {
  const { resume, retryFailed, frontier, append, overwrite, scope, include, exclude, reason, open, page } =
    request;
  if (isShared(verb) && frontier === undefined)
    throw new Refusal(
      `${verb} needs --frontier URL: the server that keeps the crawl, such as redis://host?crawl=docs`,
    );
  if (resume && frontier === undefined) {
    const word = retryFailed ? '--retry-failed' : '--resume';
    throw new Refusal(`${word} needs --frontier FILE: the file of the crawl to go on with`);
  }
  if (program === 'observatory' && open === true && !page)
    throw new Refusal('--open shows the page, and --no-ui has none: leave one of them out');
  if (append && overwrite) throw new Refusal('--append and --overwrite exclude each other: choose one');
  if (scope !== undefined && include.length + exclude.length > 0)
    throw new Refusal('--scope and --include or --exclude exclude each other: choose one');
  if (reason !== undefined && !retryFailed) throw new Refusal('--reason belongs to --retry-failed');
  if (verb === 'crawl' && program === 'oxbow-crawl' && urls === 0 && !resume)
    throw new Refusal('name at least one URL to crawl, such as https://example.org/: see --help');
}

/** A value that begins with a dash is one still: `--delay -5` is a wrong number, `--out -` standard output. */
function joinedValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const next = args[at + 1];
    const name = word.startsWith('--') ? word.slice(2) : '';
    const takesValue = Object.hasOwn(OPTIONS, name) && OPTIONS[name as OptionName].type === 'string';
    if (takesValue && next !== undefined && (/^-\d/.test(next) || next === '-')) {
      joined.push(`${word}=${next}`);
      at++;
    } else joined.push(word);
  }
  return joined;
}

function knownOption(name: string, asTyped: string, program: Program): OptionName {
  const isKnown = Object.hasOwn(OPTIONS, name) && (ONLY[name as OptionName] ?? program) === program;
  if (isKnown) return name as OptionName;
  const names = Object.keys(OPTIONS).filter((each) => (ONLY[each as OptionName] ?? program) === program);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? 'see --help' : `did you mean --${nearest}?`;
  throw new Refusal(`unknown option ${asTyped}: ${hint}`);
}

function optionValue(name: OptionName, value: string | undefined): string | true {
  if (OPTIONS[name].type === 'boolean') {
    if (value !== undefined) throw new Refusal(`--${name} takes no value, but got '${value}'`);
    return true;
  }
  if (value === undefined || value === '' || value.startsWith('--')) {
    throw new Refusal(`--${name} needs a value: see --help`);
  }
  return value;
}

/** Verbs about a crawl that several processes work on. */
function isShared(verb: Verb): boolean {
  return verb === 'worker' || verb === 'status' || verb === 'pause' || verb === 'stop';
}

function isVerb(word: string | undefined): word is Exclude<Verb, 'crawl'> {
  return word !== undefined && Object.hasOwn(VERBS, word);
}

function verbWords(verb: Exclude<Verb, 'crawl'>, words: readonly string[]): readonly string[] {
  const { words: what, least, most } = VERBS[verb];
  if (words.length < least)
    throw new Refusal(`${verb} needs ${what === 'URL' ? 'a URL' : 'a file'}: oxbow-crawl ${verb} ${what}`);
  if (words.length > most)
    throw new Refusal(`${verb} takes ${most === 1 ? 'one word' : `${most} words`}, but got ${words.length}`);
  return what === 'URL' ? words.map((word) => canonical(httpUrl(word))) : words;
}

function wholeNumber(name: OptionName, given: Given): number | undefined {
  const text = given.get(name)?.[0];
  if (text === undefined) return undefined;
  const [min, max] = RANGES[name] ?? [0, Number.MAX_SAFE_INTEGER];
  const value = /^\d{1,15}$/.test(String(text)) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new Refusal(`--${name} takes a whole number from ${min} to ${max}, but got '${text}'`);
  }
  return value;
}

function oneOf<T extends string>(
  name: OptionName,
  value: string | undefined,
  known: readonly T[],
): T | undefined {
  if (value === undefined || known.includes(value as T)) return value as T | undefined;
  throw new Refusal(`--${name} takes ${known.join(', ')}, but got '${value}'`);
}

function headerField(text: string): readonly [string, string] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/.exec(text);
  if (match === null) throw new Refusal(`--header takes 'Name: value', but got '${text}'`);
  return [match[1]!.toLowerCase(), match[2]!];
}

function pathPattern(name: OptionName, pattern: string): string {
  if (pattern.startsWith('/') || /^https?:\/\//i.test(pattern)) return pattern;
  throw new Refusal(
    `--${name} takes a pattern that starts with / or http(s)://, such as /docs/**, but got '${pattern}'`,
  );
}

function httpUrl(word: string): URL {
  const url = URL.parse(word);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const hint = word.includes('://') ? undefined : guessOf(word);
  throw new Refusal(
    `'${word}' is not an http or https URL${hint === undefined ? '' : `; did you mean ${hint}?`}`,
  );
}

/** What a word without a scheme may mean: a site has a dot in its name, and this machine speaks http. */
function guessOf(word: string): string | undefined {
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)/i.test(word);
  const guess = URL.parse(`${isLocal ? 'http' : 'https'}://${word}`);
  return guess !== null && (isLocal || guess.hostname.includes('.')) ? guess.href : undefined;
}

function canonical(url: URL): string {
  const copy = new URL(url);
  copy.hash = '';
  copy.username = '';
  copy.password = '';
  return copy.href;
}
