import { assert, suite } from '@oxbow/testkit';
import { CommandLineError, readCommandLine } from '../src/command-line.ts';

const test = suite('the words after npm run release');

test('without any, everything is done', () => {
  assert.equal(readCommandLine([]), {
    dryRun: false,
    tests: true,
    checks: [],
    provenance: true,
    help: false,
  });
});

test('leave parts out', () => {
  const words = ['--dry-run', '--no-tests', '--check', 'rules', '--check', 'types', '--no-provenance'];
  assert.equal(readCommandLine(words), {
    dryRun: true,
    tests: false,
    checks: ['rules', 'types'],
    provenance: false,
    help: false,
  });
});

test('that are not known are refused with the usage', () => {
  for (const word of ['--dry', 'loop'])
    assert.throws(
      () => readCommandLine([word]),
      (error: Error) => error instanceof CommandLineError && /usage: npm run release/.test(error.message),
    );
});

test.run();
