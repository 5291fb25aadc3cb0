import { assert, suite } from '@oxbow/testkit';
import { FUNCTION } from '../../src/call/wire.ts';
import { entryFile, inheritedExecArgv, Targets, threadExecArgv } from '../../src/worker/worker-link.ts';

const test = suite('what links share');

test('a function is introduced once, and named by its number from then on', () => {
  const targets = new Targets();
  const request = (name: string, url = 'file:///work.js') => ({
    kind: FUNCTION as typeof FUNCTION,
    url,
    name,
    args: [name],
    transfers: undefined,
  });
  assert.equal(
    targets.encode([
      { slot: 0, request: request('one') },
      { slot: 1, request: request('two') },
      { slot: 2, request: request('one') },
    ]),
    [0, 0, ['one'], 1, 1, ['two'], 2, 0, ['one']],
  );
  assert.equal(targets.takeFresh(), [
    [0, FUNCTION, 'file:///work.js', 'one'],
    [1, FUNCTION, 'file:///work.js', 'two'],
  ]);
  targets.encode([{ slot: 0, request: request('one') }]);
  assert.is(targets.takeFresh(), undefined);
  assert.equal(targets.encode([{ slot: 0, request: request('one', 'file:///other.js') }]), [0, 2, ['one']]);
});

test("a worker inherits flags, except those of the main program's entry and inspector", () => {
  const before = process.execArgv;
  process.execArgv = [
    '--no-warnings',
    '--input-type=module',
    '--inspect=0',
    '-e',
    'code()',
    '--test',
    '--conditions=dev',
    '--eval',
    'code()',
  ];
  try {
    assert.equal(inheritedExecArgv(), ['--no-warnings', '--conditions=dev']);
  } finally {
    process.execArgv = before;
  }
});

test('a thread inherits by itself, unless something has to be left out', () => {
  const before = process.execArgv;
  try {
    process.execArgv = ['--max-old-space-size=500', '--conditions=dev'];
    assert.is(threadExecArgv(), undefined);
    process.execArgv = ['--conditions=dev', '--test'];
    assert.equal(threadExecArgv(), ['--conditions=dev']);
  } finally {
    process.execArgv = before;
  }
});

test("a worker's file has the ending of this one", () => {
  assert.match(entryFile('thread-worker').href, /\/src\/worker\/thread-worker\.ts$/);
});

test.run();
