import { assert, suite } from '@oxbow/testkit';
import { runFixture } from './run-fixture.ts';

const test = suite('the process of a file');

test('fails when handles are open after the last test, and names them', async () => {
  const { exitCode, failed, output } = await runFixture('leak', [], { OXBOW_HANDLE_GRACE: '500' });
  assert.is(exitCode, 1);
  assert.equal(failed, ['<handles left>']);
  assert.match(output, 'still held TCPServerWrap open after its last test');
});

test.run();
