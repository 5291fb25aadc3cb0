import { assert, suite } from '@oxbow/testkit';
import { HELP, MAX_MEMBERS, MAX_PROCESSES, readCommandLine } from '../src/command-line.ts';

const test = suite('the command line of the chat room');

const USUAL = { members: 0, processes: 1, broker: undefined, port: undefined, open: undefined };

test('without words nobody is simulated', () => {
  assert.equal(readCommandLine([]), USUAL);
});

test('every option is read, and help names it', () => {
  assert.equal(
    readCommandLine('--members 1000 --processes 2 --broker redis://db:6380/1 --port 0 --no-open'.split(' ')),
    {
      members: 1000,
      processes: 2,
      broker: 'redis://db:6380/1',
      port: 0,
      open: false,
    },
  );
  assert.is(readCommandLine(['--open', '-h']), 'help');
  for (const option of ['--members', '--processes', '--broker', '--port', '--open', '--no-open'])
    assert.match(HELP, option);
});

test('as many members and processes as may be, and one more', () => {
  assert.equal(readCommandLine(['--members', String(MAX_MEMBERS)]), { ...USUAL, members: MAX_MEMBERS });
  assert.equal(readCommandLine(['--processes', String(MAX_PROCESSES)]), {
    ...USUAL,
    processes: MAX_PROCESSES,
  });
  assert.throws(() => readCommandLine(['--members', String(MAX_MEMBERS + 1)]), 'from 0 to 5000, got 5001');
  assert.throws(() => readCommandLine(['--processes', String(MAX_PROCESSES + 1)]), 'from 1 to 32, got 33');
  assert.throws(() => readCommandLine(['--processes', '0']), 'from 1 to 32, got 0');
});

test('what it does not know is refused in one sentence', () => {
  for (const [words, message] of [
    ['--fast', '--fast is no option'],
    ['--members', 'got nothing'],
    ['--members many', 'got many'],
    ['--members -1', 'got -1'],
    ['--broker', 'got nothing'],
    ['--broker db:6379', 'redis://127.0.0.1:6379'],
    ['--broker http://db', 'got http://db'],
    ['--port 70000', 'from 0 to 65535'],
  ] as const) {
    assert.throws(() => readCommandLine(words.split(' ')), message);
  }
});

test.run();
