import { isDeepStrictEqual } from 'node:util';
import { assert, suite } from '@oxbow/testkit';
import { checkCrossing } from '../../src/call/crossing.ts';
import { UncloneableError } from '../../src/errors.ts';
import { transfer } from '../../src/index.ts';

const test = suite('what may cross to a worker');

class Point {
  readonly x = 1;
}

function refusal(value: unknown, border: 'thread' | 'process' = 'thread'): string {
  try {
    checkCrossing(value, 'argument 1', border);
  } catch (error) {
    if (!(error instanceof UncloneableError)) throw error;
    assert.is(error.code, 'ERR_OXBOW_THREADS_UNCLONEABLE');
    assert.ok(error.message.startsWith(error.path), error.message);
    return error.message;
  }
  throw new Error('it was let through');
}

test('everything that arrives as what it was passes, and passes a structured clone unchanged', () => {
  const cycle: Record<string, unknown> = { list: [1, 'two', 3n, true, null, undefined] };
  cycle.self = cycle;
  const values = [
    undefined,
    null,
    Number.NaN,
    'text',
    2n ** 70n,
    cycle,
    new Date(0),
    /x/gi,
    new Map([['key', { deep: [new Set([1])] }]]),
    new Uint8Array([1, 2]),
    new DataView(new ArrayBuffer(4)),
    new ArrayBuffer(4),
    new RangeError('inside', { cause: new Error('because') }),
    new String('boxed'),
  ];
  for (const value of values) {
    assert.is(checkCrossing(value, 'argument 1', 'thread'), undefined);
    assert.is(checkCrossing(value, 'argument 1', 'process'), undefined);
    assert.ok(isDeepStrictEqual(structuredClone(value), value), String(value));
  }
});

test('a function is refused by its place and name', () => {
  assert.match(
    refusal({ rows: [1, { onDone: function finish() {} }] }),
    /^argument 1\.rows\[1\]\.onDone cannot cross to the other side: it is a function \(finish\)/,
  );
  assert.match(
    refusal(() => 1),
    /^argument 1 cannot cross .* it is a function/,
  );
});

test('symbols are refused as values and as keys', () => {
  assert.match(refusal({ 'a-b': Symbol('tag') }), /^argument 1\["a-b"\] .* Symbol\(tag\)/);
  assert.match(refusal({ [Symbol('hidden')]: 1 }), /^argument 1\[Symbol\(hidden\)\] .* would be lost/);
});

test('an instance that would lose its class is refused by the name of that class', () => {
  assert.match(refusal([new Point()]), /^argument 1\[0\] .* instance of Point/);
  class MyMap extends Map {}
  assert.match(refusal(new MyMap()), /instance of MyMap/);
  assert.match(refusal(new URL('https://example.org')), /send its href/);
  assert.match(refusal(Promise.resolve(1)), /await it first/);
  assert.match(refusal(new WeakMap()), /instance of WeakMap/);
});

test('obstacles inside maps and sets are found', () => {
  assert.match(refusal(new Map([['key', [new Point()]]])), /^argument 1\.get\("key"\)\[0\] /);
  assert.match(refusal(new Map([[{ a: Symbol('k') }, 1]])), /^argument 1\.keys\(\)\[0\]\.a /);
  assert.match(refusal(new Set([1, new Point()])), /^argument 1\.values\(\)\[1\] /);
});

test('an error that would lose its class or a field is refused', () => {
  class QuotaError extends Error {}
  assert.match(refusal(new QuotaError('over')), /instance of QuotaError, whose class and fields/);
  assert.match(refusal(Object.assign(new Error('x'), { code: 'E' })), /^argument 1\.code .* lose this field/);
  assert.match(refusal(new Error('x', { cause: new Point() })), /^argument 1\.cause /);
  assert.match(refusal(new AggregateError([])), /AggregateError/);
});

test('what only threads share is refused by processes', () => {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  assert.is(checkCrossing(shared, 'argument 1', 'thread'), undefined);
  assert.match(refusal({ shared }, 'process'), /^argument 1\.shared .* shared memory/);
  const blob = new Blob(['x']);
  assert.is(checkCrossing(blob, 'argument 1', 'thread'), undefined);
  assert.match(refusal(blob, 'process'), /Blob, which cannot leave its process/);
});

test('a port must be moved, and cannot leave its process', () => {
  const { port1, port2 } = new MessageChannel();
  assert.match(refusal({ port1 }), /^argument 1\.port1 .* wrap it in transfer/);
  assert.match(refusal(port1, 'process'), /MessagePort, which cannot leave its process/);
  assert.equal(checkCrossing({ port: transfer(port1) }, 'argument 1', 'thread'), [port1]);
  port1.close();
  port2.close();
});

test('a mark of transfer is used up by one call', () => {
  const bytes = transfer(new Uint8Array(8));
  assert.equal(checkCrossing([bytes, bytes], 'argument 1', 'thread'), [bytes.buffer]);
  assert.is(checkCrossing([bytes], 'argument 1', 'thread'), undefined);
});

test('processes copy what was marked', () => {
  assert.is(checkCrossing(transfer(new ArrayBuffer(8)), 'argument 1', 'process'), undefined);
});

test('a buffer that has been moved away is refused', () => {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  assert.match(refusal({ bytes }), /^argument 1\.bytes .* detached/);
});

test('a value nested beyond the stack is refused, not a crash', () => {
  let deep: unknown[] = [];
  for (let depth = 0; depth < 200_000; depth++) deep = [deep];
  assert.match(refusal(deep), /nested too deeply/);
});

test('an object without a prototype is plain', () => {
  assert.is(checkCrossing(Object.assign(Object.create(null), { a: 1 }), 'argument 1', 'thread'), undefined);
});

test('objects of another realm are what they look like', async () => {
  const { runInNewContext } = await import('node:vm');
  assert.is(checkCrossing(runInNewContext('({ a: 1 })'), 'argument 1', 'thread'), undefined);
});

test.run();
