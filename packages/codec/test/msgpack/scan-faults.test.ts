import { assert, suite } from '@oxbow/testkit';
import type { FrameTooLargeError } from '../../src/errors.ts';
import { ScanFaults } from '../../src/msgpack/scan-faults.ts';

const test = suite('ScanFaults');

test('positions in the message become offsets in the stream', () => {
  const faults = new ScanFaults({ where: 'x()', maxDepth: 3, maxFrameBytes: 10 });
  faults.begin(100, true);
  const all = [
    faults.cutOff(1),
    faults.trailing(2, 1),
    faults.tooDeep(1),
    faults.refused(0x73, 1),
    faults.forbiddenKey(1),
    faults.invalid('no', 1),
  ];
  for (const error of all) {
    assert.is(error.offset, 101);
    assert.match(error.message, /^x\(\): byte 101: /);
  }
  assert.is(new Set(all.map((error) => error.code)).size, all.length);
});

test('needing too much is a cut-off whole message, or one over its cap', () => {
  const faults = new ScanFaults({ where: 'x()', maxDepth: 3, maxFrameBytes: 10 });
  faults.begin(100, true);
  assert.is(faults.past(12, 4).code, 'ERR_OXBOW_CODEC_TRUNCATED');
  faults.begin(100, false);
  const error = faults.past(12, 4) as FrameTooLargeError;
  assert.equal([error.offset, error.limitBytes, error.actualBytes], [100, 10, 12]);
});

test.run();
