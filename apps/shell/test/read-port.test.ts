import { assert, suite } from '@oxbow/testkit';
import { readPort } from '../src/read-port.ts';

const test = suite('--port');

test('takes a port, 0 included', () => {
  assert.equal(['0', '4280', '65535'].map(readPort), [0, 4280, 65_535]);
});

test('refuses what is none, in one sentence', () => {
  for (const word of [undefined, '', '-1', '65536', '80a', '1e3']) {
    assert.throws(() => readPort(word), `--port takes a number from 0 to 65535, got ${word ?? 'nothing'}`);
  }
});

test.run();
