import { assert, suite } from '@oxbow/testkit';
import { fetchFailure, fetchFailureReason, fetchFailureSentence } from '../src/fetch-failure.mjs';

const test = suite('a failed fetch');

const failed = (output: string, exitCode = 1) => ({ output, exitCode });

test('is told apart by what npm prints', () => {
  assert.is(
    fetchFailure(failed('npm error code ETARGET\nnpm error notarget No matching version')),
    'missing',
  );
  assert.is(fetchFailure(failed('npm error code E404\nnpm error 404 Not Found')), 'missing');
  assert.is(fetchFailure(failed('npm error code EBADPLATFORM')), 'missing');
  assert.is(fetchFailure(failed('npm error code ECONNREFUSED\nnpm error errno ECONNREFUSED')), 'network');
  assert.is(fetchFailure(failed('npm error code EAI_AGAIN')), 'network');
  assert.is(fetchFailure(failed('npm error code EACCES\nnpm error path .npm')), 'unwritable');
  assert.is(fetchFailure(failed('npm error code ENOSPC')), 'full');
  assert.is(fetchFailure(failed('Error: spawn npm ENOENT', 127)), 'no npm');
  assert.is(fetchFailure(failed('something else')), 'other');
});

test('is told apart by what pnpm prints', () => {
  assert.is(fetchFailure(failed('tcp connect error\nConnection refused (os error 111)')), 'network');
  assert.is(fetchFailure(failed('Read-only file system (os error 30)')), 'unwritable');
  assert.is(fetchFailure(failed('No space left on device (os error 28)')), 'full');
});

test('becomes one sentence that says what to do', () => {
  for (const output of ['ECONNREFUSED', 'E404', 'EACCES', 'ENOSPC', 'npm error weird\nmore', '']) {
    const sentence = fetchFailureSentence('pnpm 12.21.0', failed(output));
    assert.match(sentence, /^could not fetch pnpm 12\.21\.0: [^\n]+[.)]$/);
  }
  assert.match(fetchFailureSentence('pnpm', failed('npm error code ECONNREFUSED')), '(ECONNREFUSED)');
  assert.match(
    fetchFailureSentence('pnpm', failed('first\nERR_PNPM_ODD it is odd\nlast')),
    'ERR_PNPM_ODD it is odd',
  );
});

test('has a short reason too', () => {
  assert.is(fetchFailureReason(failed('npm error code E404')), 'has no build for this machine');
  assert.is(fetchFailureReason(failed('code ENOTFOUND')), 'could not be fetched (ENOTFOUND)');
  assert.is(
    fetchFailureReason(failed('Connection refused (os error 111)')),
    'could not be fetched (connection refused)',
  );
  assert.is(fetchFailureReason(failed('ERR_X odd')), 'could not be fetched (ERR_X odd)');
});

test.run();
