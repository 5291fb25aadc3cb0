import { CancelledError, OxbowError, TimeoutError } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { crossingReason, recordFailure, restoreFailure } from '../../src/call/error-record.ts';

const test = suite('errors across the border');

/** There and back, through the clone the border makes. */
function cross<E>(thrown: E): E {
  return restoreFailure(structuredClone(recordFailure(thrown, 'thread'))) as E;
}

class HttpError extends OxbowError {
  readonly status: number;
  readonly url = 'https://example.org/';

  constructor(status: number) {
    super(`Status ${status}`, { code: 'ERR_OXBOW_HTTP_STATUS' });
    this.status = status;
  }

  static {
    HttpError.prototype.name = 'HttpError';
  }
}

test('built-in errors keep class, message and stack', () => {
  for (const Class of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
    const thrown = new Class('what happened');
    const caught = cross(thrown);
    assert.is(caught.constructor, Class);
    assert.is(caught.name, thrown.name);
    assert.is(caught.message, 'what happened');
    assert.is(caught.stack, thrown.stack);
  }
});

test("the loop's own errors keep class, code and fields", () => {
  const caught = cross(new TimeoutError(25));
  assert.instance(caught, TimeoutError);
  assert.is(caught.timeoutMs, 25);
  assert.is(caught.code, 'ERR_OXBOW_LOOP_TIMEOUT');
  assert.instance(cross(new CancelledError('stop')), CancelledError);
  assert.is((cross(new CancelledError('stop')) as CancelledError).reason, 'stop');
});

test('a class only the far side knows becomes its nearest known one, under its own name', () => {
  const caught = cross(new HttpError(503));
  assert.instance(caught, OxbowError);
  assert.is(caught.name, 'HttpError');
  assert.is(caught.code, 'ERR_OXBOW_HTTP_STATUS');
  assert.is(caught.status, 503);
  assert.is(caught.url, 'https://example.org/');
});

test('causes are kept, errors or not, to their end', () => {
  const caught = cross(new Error('outer', { cause: new TypeError('inner', { cause: { plain: 1 } }) }));
  const inner = caught.cause as Error;
  assert.instance(inner, TypeError);
  assert.equal(inner.cause, { plain: 1 });
  assert.not('cause' in cross(new Error('alone')));
});

test('an endless chain of causes is cut', () => {
  const loop = new Error('loop');
  loop.cause = loop;
  let depth = 0;
  for (let error: unknown = cross(loop); error instanceof Error; error = error.cause) depth++;
  assert.is(depth, 17);
});

test('an AggregateError keeps its errors', () => {
  const caught = cross(new AggregateError([new RangeError('one'), 'two'], 'both'));
  assert.instance(caught, AggregateError);
  assert.instance(caught.errors[0], RangeError);
  assert.is(caught.errors[1], 'two');
});

test('a DOMException keeps its name and code', () => {
  const caught = cross(new DOMException('stopped', 'AbortError'));
  assert.instance(caught, DOMException);
  assert.is(caught.name, 'AbortError');
  assert.is(caught.code, DOMException.ABORT_ERR);
});

test('fields that cannot cross become words in their place', () => {
  const caught = cross(
    Object.assign(new Error('x'), { retry: function again() {}, inner: new RangeError('r'), n: 1 }),
  );
  assert.is((caught as unknown as { retry: string }).retry, '(function again)');
  assert.is((caught as unknown as { inner: string }).inner, '(RangeError: r)');
  assert.is(caught.n, 1);
});

test('thrown values that are no errors arrive as they are, or in words', () => {
  assert.equal(cross({ plain: [1] }), { plain: [1] });
  assert.is(cross(undefined), undefined);
  assert.is(cross(Symbol('s') as unknown), '(Symbol(s))');
});

test('what does not even say what it is arrives as a TypeError', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match(String(cross(proxy)), /^TypeError: What was thrown cannot be read: .*revoked/);
  const hostile = Object.defineProperty(new RangeError('no'), 'message', {
    get() {
      throw new Error('from the getter');
    },
  });
  assert.match(String(cross(hostile)), /^TypeError: What was thrown cannot be read: from the getter/);
});

test('the reason of a cancellation crosses as itself, an error as its message', () => {
  assert.equal(crossingReason({ because: 1 }, 'thread'), { because: 1 });
  assert.is(crossingReason(new Error('too slow'), 'thread'), 'too slow');
  assert.is(
    crossingReason(function stop() {}, 'thread'),
    '(function stop)',
  );
});

test.run();
