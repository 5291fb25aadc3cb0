import { assert, suite } from '@oxbow/testkit';
import { HELP, readCommandLine } from '../src/command-line.ts';

function request(...args: string[]) {
  const line = readCommandLine(args);
  if (line.kind !== 'crawl') throw new Error(`expected a crawl, got ${JSON.stringify(line)}`);
  return line.request;
}

function refusal(...args: string[]): string {
  const line = readCommandLine(args);
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

test('--help wins over everything but a refusal, and names every option', () => {
  assert.is(readCommandLine(['--help', 'http://example.org']).kind, 'help');
  assert.is(readCommandLine(['-h']).kind, 'help');
  for (const name of [
    '--out',
    '--max-pages',
    '--max-depth',
    '--concurrency',
    '--delay',
    '--ignore-robots',
    '--port',
    '--no-ui',
    '--frontier',
    '--resume',
  ]) {
    assert.ok(HELP.includes(name), name);
  }
});

test.run();
