import { assert, suite } from '@oxbow/testkit';
import { skipUnless } from '../src/skip-unless.ts';
import { runFixture } from './run-fixture.ts';

const test = suite('skipUnless');

test('skips a test, a suite or a file and prints why; under OXBOW_REQUIRE=1 it fails instead', async () => {
  const lenient = await runFixture('needs');
  assert.is(lenient.exitCode, 0, lenient.output);
  assert.is(lenient.results.passed, 1);
  assert.is(lenient.results.skipped, 3);
  assert.match(lenient.output, 'test/test.test.ts skipped "needs a browser": no browser is installed');
  assert.match(lenient.output, 'test/suite.test.ts skipped "needs the server": no server is installed');
  assert.match(lenient.output, 'test/file.test.ts skipped: no network is here');

  const strict = await runFixture('needs', [], { OXBOW_REQUIRE: '1' });
  assert.is(strict.exitCode, 1);
  assert.is(strict.results.skipped, 0);
  assert.match(strict.output, 'may not be skipped under OXBOW_REQUIRE=1: no network is here');
});

test('goes on when the condition holds', () => {
  skipUnless('/usr/bin/something', 'nothing is missing');
});

test.run();
