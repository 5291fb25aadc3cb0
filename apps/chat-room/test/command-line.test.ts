import { assert, suite } from '@oxbow/testkit';
import { HELP, MAX_MEMBERS, readCommandLine } from '../src/command-line.ts';

const test = suite('the command line of the chat room');

test('without words nobody is simulated', () => {
  assert.equal(readCommandLine([]), { members: 0, port: undefined, open: undefined });
});

test('every option is read, and help names it', () => {
  assert.equal(readCommandLine('--members 1000 --port 0 --no-open'.split(' ')), {
    members: 1000,
    port: 0,
    open: false,
  });
  assert.is(readCommandLine(['--open', '-h']), 'help');
  for (const option of ['--members', '--port', '--open', '--no-open']) assert.match(HELP, option);
});

test('as many members as may be, and one more', () => {
  assert.equal(readCommandLine(['--members', String(MAX_MEMBERS)]), {
    members: MAX_MEMBERS,
    port: undefined,
    open: undefined,
  });
  assert.throws(() => readCommandLine(['--members', String(MAX_MEMBERS + 1)]), 'from 0 to 5000, got 5001');
});

test('what it does not know is refused in one sentence', () => {
  for (const [words, message] of [
    ['--fast', '--fast is no option'],
    ['--members', 'got nothing'],
    ['--members many', 'got many'],
    ['--members -1', 'got -1'],
    ['--port 70000', 'from 0 to 65535'],
  ] as const) {
    assert.throws(() => readCommandLine(words.split(' ')), message);
  }
});

test.run();
