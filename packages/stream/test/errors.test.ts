import { OxbowError } from '@oxbow/loop';
import {
  RxjsUnfitError,
  StreamBusyError,
  StreamClosedError,
  StreamError,
  StreamInputError,
  StreamOverflowError,
  StreamPrematureCloseError,
} from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('errors');

test('each has its name, its code and the common base', () => {
  const errors: Array<[StreamError, string, string]> = [
    [new StreamOverflowError('error', 1, 2), 'StreamOverflowError', 'ERR_OXBOW_STREAM_OVERFLOW'],
    [new StreamBusyError(), 'StreamBusyError', 'ERR_OXBOW_STREAM_BUSY'],
    [new StreamClosedError(), 'StreamClosedError', 'ERR_OXBOW_STREAM_CLOSED'],
    [new StreamInputError('x'), 'StreamInputError', 'ERR_OXBOW_STREAM_INPUT'],
    [
      new StreamPrematureCloseError('Readable'),
      'StreamPrematureCloseError',
      'ERR_OXBOW_STREAM_PREMATURE_CLOSE',
    ],
    [new RxjsUnfitError('ERR_OXBOW_STREAM_RXJS_UNFIT', 'x'), 'RxjsUnfitError', 'ERR_OXBOW_STREAM_RXJS_UNFIT'],
  ];
  for (const [error, name, code] of errors) {
    assert.instance(error, StreamError);
    assert.instance(error, OxbowError);
    assert.equal([error.name, error.code], [name, code]);
  }
});

test('an overflow says the limit, the actual value and what to do', () => {
  const ignored = new StreamOverflowError('pause', 1024, 1025);
  assert.match(ignored.message, /1025 items .* 1024/);
  assert.match(ignored.message, /flow\.paused/);
  const full = new StreamOverflowError('error', 64, 65);
  assert.match(full.message, /65 items .* 64 .*'error'/);
  assert.equal([full.policy, full.limit, full.actual], ['error', 64, 65]);
});

test('a cause is kept', () => {
  const cause = new Error('why');
  assert.is(new StreamClosedError('This channel', { cause }).cause, cause);
});

test.run();
