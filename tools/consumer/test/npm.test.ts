import { assert, suite } from '@oxbow/testkit';
import { installFailure, RegistryError } from '../src/npm.ts';

const test = suite('an npm that failed');

test('is the registry’s fault when it did not answer', () => {
  for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'ERR_SOCKET_TIMEOUT', 'EAI_AGAIN']) {
    const error = installFailure(['rxjs'], { exitCode: 1, output: `npm error code ${code}` });
    assert.instance(error, RegistryError);
    assert.match(
      error.message,
      'not a fault of ours: could not fetch what rxjs brings: the npm registry did not answer',
    );
  }
});

test('is ours when the registry has no such version, or the packages do not fit together', () => {
  for (const output of ['npm error code ETARGET', 'npm error code E404', 'npm error code ERESOLVE']) {
    const error = installFailure(['rxjs@99'], { exitCode: 1, output });
    assert.not.instance(error, RegistryError);
    assert.match(error.message, `npm install rxjs@99 failed:\n${output}`);
  }
});

test.run();
