import { assert, suite } from '@oxbow/testkit';
import { ExtensionWhitelist } from '../../src/msgpack/extensions.ts';
import { ValueGuard } from '../../src/msgpack/value-guard.ts';
import { errorOf } from '../feed.ts';

const test = suite('ValueGuard');

const guardWith = (
  ...extensions: ConstructorParameters<typeof ExtensionWhitelist>[1][number][]
): ValueGuard =>
  new ValueGuard({
    where: 'x()',
    maxDepth: 3,
    maxFrameBytes: 50,
    extensions: new ExtensionWhitelist('x()', extensions),
  });

test('says whether every object may be a record', () => {
  const guard = new ValueGuard({
    where: 'x()',
    maxDepth: 3,
    maxFrameBytes: 1000,
    extensions: new ExtensionWhitelist('x()', []),
  });
  const wide = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`k${index}`, 1]));
  assert.is(guard.check([{ a: 1 }, {}]), true);
  assert.is(guard.check([{ a: 1 }, wide]), false);
  assert.is(guard.check({ __keys__: 1 }), false);
  assert.is(guard.check({ ['n'.repeat(6000)]: 1 }), false);
  assert.is(guard.check({ a: 1 }), true);
});

test('paths name items, fields, odd keys and the contents of collections', () => {
  const guard = guardWith('set', 'map', 'error');
  for (const [value, path] of [
    [[[() => 1]], '$[0][0]'],
    [{ 'a.b': { é: Symbol.iterator } }, '$["a.b"].é'],
    [new Set([() => 1]), '$["<content>"][0]'],
    [new Map([['k', () => 1]]), '$[0]'],
    [new Error('x', { cause: () => 1 }), '$["<content>"][2]'],
  ] as const) {
    assert.is(errorOf(() => guard.check(value)).path, path);
  }
});

test('a cycle is named as such wherever it closes, and a deep value is not one', () => {
  const guard = guardWith('set');
  const set = new Set<unknown>();
  set.add(set);
  assert.match(errorOf(() => guard.check(set)).message, /cyclic/);
  const list: unknown[] = [1, [2]];
  (list[1] as unknown[]).push(list);
  const error = errorOf(() => guard.check(list));
  assert.is(error.path, '$[1][1]');
  assert.is(errorOf(() => guard.check([[[[1]]]])).code, 'ERR_OXBOW_CODEC_TOO_DEEP');
  const shared = [1];
  guard.check([shared, shared, [shared]]);
});

test('a value that needs maxFrameBytes passes, one that needs more does not', () => {
  const guard = guardWith();
  guard.check(['x'.repeat(48)]);
  const error = errorOf(() => guard.check(['x'.repeat(49)])) as unknown as {
    limitBytes: number;
    actualBytes: number;
    path: string;
  };
  assert.equal([error.limitBytes, error.actualBytes, error.path], [50, 51, '$[0]']);
  assert.is(errorOf(() => guard.check(new Uint8Array(50))).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

test('what it does not look at: inherited and symbol-keyed fields', () => {
  guardWith().check({ [Symbol('x')]: () => 1 });
  Object.defineProperty(Object.prototype, 'inherited', {
    value: () => 1,
    enumerable: true,
    configurable: true,
  });
  try {
    guardWith().check({ a: 1 });
  } finally {
    delete (Object.prototype as unknown as Record<string, unknown>).inherited;
  }
});

test('where maps are Maps, an object that cannot be a record is refused', () => {
  assert.match(errorOf(() => guardWith('map').check({ __keys__: 1 })).message, /use a Map/);
});

test.run();
