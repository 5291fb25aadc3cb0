import { assert, suite } from '@oxbow/testkit';
import { ProtocolViolation } from '../../src/protocol/errors.ts';

const test = suite('protocol violation');

test('carries the close code, the limit and what came instead', () => {
  const error = new ProtocolViolation('MESSAGE_TOO_BIG', 1009, 'too big', 10, 11);
  assert.ok(error instanceof Error);
  assert.equal(
    [error.name, error.kind, error.closeCode, error.message, error.limit, error.actual],
    ['ProtocolViolation', 'MESSAGE_TOO_BIG', 1009, 'too big', 10, 11],
  );
});

test.run();
