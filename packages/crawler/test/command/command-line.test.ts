// covers: src/command/help.ts
import { assert, suite } from '@oxbow/testkit';
import { readCommandLine } from '../../src/command/command-line.ts';
import { HELP, OBSERVATORY_HELP } from '../../src/command/help.ts';

function request(...args: string[]) {
  const line = readCommandLine(args, 'observatory');
  if (line.kind !== 'crawl') throw new Error(`expected a crawl, got ${JSON.stringify(line)}`);
  return line.request;
}

function refusal(...args: string[]): string {
  const line = readCommandLine(args, 'observatory');
  if (line.kind !== 'refused') throw new Error(`expected a refusal, got ${JSON.stringify(line)}`);
  return line.message;
}

const test = suite('the command line');

test('without words asks for the embedded site with the page', () => {
  const asked = request();
  assert.equal(asked.urls, []);
  assert.is(asked.page, true);
  assert.is(asked.out, undefined);
  assert.is(asked.delayMs, undefined);
});

test('reads every option in both spellings of a value', () => {
  const asked = request(
    'http://127.0.0.1:8080/a',
    '--out=rows.jsonl',
    '--max-pages',
    '10',
    '--max-depth=0',
    '--concurrency',
    '4',
    '--delay',
    '0',
    '--port',
    '0',
    '--no-ui',
    '--ignore-robots',
    '--frontier=crawl.db',
    '--resume',
  );
  assert.equal(asked, {
    urls: ['http://127.0.0.1:8080/a'],
    hasCredentials: false,
    out: 'rows.jsonl',
    maxPages: 10,
    maxDepth: 0,
    concurrency: 4,
    delayMs: 0,
    port: 0,
    page: false,
    ignoreRobots: true,
    frontier: 'crawl.db',
    resume: true,
    format: undefined,
    append: false,
    overwrite: false,
    userAgent: undefined,
    headers: {},
    scope: undefined,
    include: [],
    exclude: [],
    joins: false,
    retryFailed: false,
    reason: undefined,
    open: undefined,
  });
});

test('makes seeds canonical, drops their fragments and names each once', () => {
  assert.equal(request('HTTP://Example.org:80#top', 'http://example.org/').urls, ['http://example.org/']);
});

test('leaves out a user name and password, and says so', () => {
  const asked = request('http://me:secret@example.org/', 'http://example.org/');
  assert.equal(asked.urls, ['http://example.org/']);
  assert.is(asked.hasCredentials, true);
});

test('refuses a word that is no http URL and guesses what was meant', () => {
  assert.is(
    refusal('example.org'),
    "'example.org' is not an http or https URL; did you mean https://example.org/?",
  );
  assert.is(refusal('ftp://example.org/'), "'ftp://example.org/' is not an http or https URL");
  assert.is(refusal('http://'), "'http://' is not an http or https URL");
});

test('names the nearest known option', () => {
  assert.is(refusal('--max-page', '3'), 'unknown option --max-page: did you mean --max-pages?');
  assert.match(refusal('--zzzzzzzz'), 'unknown option --zzzzzzzz: see --help');
});

test('refuses numbers outside their range, at the limit and one past it', () => {
  assert.is(request('--concurrency', '1024').concurrency, 1024);
  assert.match(refusal('--concurrency', '1025'), 'from 1 to 1024');
  assert.is(request('--port', '65535').port, 65_535);
  assert.match(refusal('--port', '65536'), 'from 0 to 65535');
  assert.match(refusal('--max-pages', '0'), 'from 1 to');
  assert.match(refusal('--delay', '1.5'), "but got '1.5'");
  assert.match(refusal('--delay', 'soon'), "but got 'soon'");
});

test('refuses an option without its value, and a value where none belongs', () => {
  assert.match(refusal('--out'), '--out needs a value');
  assert.match(refusal('--out', '--no-ui'), '--out needs a value');
  assert.match(refusal('--no-ui=yes'), '--no-ui takes no value');
});

test('refuses to resume without the file of the crawl', () => {
  assert.match(refusal('--resume'), '--resume needs --frontier FILE');
});

test('takes a value that begins with a dash for one', () => {
  assert.is(request('--out', '-').out, '-');
  assert.match(refusal('--delay', '-5'), "--delay takes a whole number from 0 to 86400000, but got '-5'");
});

test('reads headers, patterns and the rest, several where several may be', () => {
  const asked = request(
    'http://h/',
    '--header',
    'X-A: b: c',
    '--header=Accept-Language:de',
    '--include',
    '/a/**',
    '--include=/b/**',
    '--exclude=/a/x',
    '--user-agent=me/1',
    '--format=csv',
    '--overwrite',
    '--open',
  );
  assert.equal(asked.headers, { 'x-a': 'b: c', 'accept-language': 'de' });
  assert.equal([asked.include, asked.exclude], [['/a/**', '/b/**'], ['/a/x']]);
  assert.equal([asked.userAgent, asked.format, asked.overwrite, asked.open], ['me/1', 'csv', true, true]);
  assert.is(request('http://h/', '--scope', 'same-site').scope, 'same-site');
});

test('refuses values that are none, and words that exclude each other', () => {
  assert.match(
    refusal('--format', 'xml'),
    "jsonl, csv, sqlite, warc, parquet, markdown, graphml, dot, but got 'xml'",
  );
  assert.match(refusal('--header', 'nonsense'), "'Name: value'");
  assert.match(refusal('--include', 'docs'), 'starts with /');
  assert.match(refusal('--append', '--overwrite'), 'exclude each other');
  assert.match(refusal('--scope', 'same-site', '--include', '/a'), 'exclude each other');
  assert.match(refusal('--retry-failed'), '--retry-failed needs --frontier FILE');
  assert.match(refusal('--reason', 'network'), 'belongs to --retry-failed');
  assert.match(refusal('--open', '--no-open'), 'exclude each other');
  assert.match(refusal('--open', '--no-ui'), '--no-ui has none');
});

test('opens the browser where it is told to, and leaves it to the program where nothing is said', () => {
  assert.equal([request('--open').open, request('--no-open').open, request().open], [true, false, undefined]);
});

test('guesses http for this machine, and https for a name with a dot', () => {
  assert.match(refusal('localhost:8099'), 'did you mean http://localhost:8099/?');
  assert.match(refusal('127.0.0.1:8099/x'), 'did you mean http://127.0.0.1:8099/x?');
  assert.match(refusal('example.org'), 'did you mean https://example.org/?');
});

const command = (...args: string[]) => readCommandLine(args);

test('knows the verbs of the command, with the words each takes', () => {
  for (const [verb, word] of [
    ['run', 'crawl.ts'],
    ['explain', 'http://h/'],
    ['fetch', 'http://h/'],
    ['shell', 'http://h/'],
    ['stats', 'crawl.db'],
    ['export', 'crawl.db'],
    ['bench', 'http://h/'],
  ] as const) {
    const line = command(verb, word);
    assert.ok(line.kind === 'crawl');
    assert.equal([line.verb, line.words, line.request.urls], [verb, [word], []]);
  }
  const resumed = command('resume', 'crawl.db', '--max-pages', '5');
  assert.ok(resumed.kind === 'crawl');
  assert.equal([resumed.request.frontier, resumed.request.resume], ['crawl.db', true]);
  const retried = command('retry-failed', 'crawl.db', '--reason', 'network');
  assert.ok(retried.kind === 'crawl');
  assert.equal([retried.request.retryFailed, retried.request.reason], [true, 'network']);
});

test('reads the verbs of a crawl that several processes work on', () => {
  const read = (...args: string[]) => {
    const line = command(...args);
    if (line.kind !== 'crawl') throw new Error('not understood');
    const { frontier, joins, resume } = line.request;
    return [line.verb, frontier, joins, resume];
  };
  const url = 'redis://h?crawl=docs';
  assert.equal(read('worker', '--frontier', url), ['worker', url, true, false]);
  assert.equal(read('worker', url), ['worker', url, true, false]);
  assert.equal(read('status', url), ['status', url, false, false]);
  assert.equal(read('pause', '--frontier', url), ['pause', url, false, false]);
  assert.equal(read('resume', '--frontier', url), ['resume', url, false, true]);
  const refused = command('stop');
  assert.match(refused.kind === 'refused' ? refused.message : '', 'stop needs --frontier URL');
});

test('refuses a verb without its word, a crawl without a URL, and options of the other program', () => {
  const refused = (...args: string[]) => {
    const line = command(...args);
    return line.kind === 'refused' ? line.message : 'not refused';
  };
  assert.match(refused('fetch'), 'fetch needs a URL: oxbow-crawl fetch URL');
  assert.match(refused('stats'), 'stats needs a file');
  assert.match(refused('fetch', 'http://a/', 'http://b/'), 'takes one word');
  assert.match(refused('--max-pages', '3'), 'name at least one URL');
  assert.match(refused('http://h/', '--port', '3'), 'unknown option --port');
  assert.match(refused('fetch', 'example.org'), 'did you mean https://example.org/?');
});

test('--help and --version win over everything but a refusal, and help names every option', () => {
  assert.is(readCommandLine(['--help', 'http://example.org']).kind, 'help');
  assert.is(readCommandLine(['-h']).kind, 'help');
  assert.is(readCommandLine(['--version']).kind, 'version');
  const both =
    '--out --format --append --overwrite --max-pages --max-depth --concurrency --delay --scope --include --exclude ' +
    '--user-agent --header --ignore-robots --frontier --resume --retry-failed --reason --open --version --help';
  for (const name of both.split(' ')) assert.ok(HELP.includes(name) && OBSERVATORY_HELP.includes(name), name);
  for (const name of ['--port', '--no-ui', '--no-open'])
    assert.ok(OBSERVATORY_HELP.includes(name) && !HELP.includes(name), name);
});

test.run();
