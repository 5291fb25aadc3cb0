import { assert, suite } from '@oxbow/testkit';
import { urlOf } from '../../src/call/module-reference.ts';
import { moduleAt } from '../../src/index.ts';

const test = suite('naming a module');

const expected = new URL('../fixtures/no-main-thread.ts', import.meta.url).href;

function refusal(module: unknown): string {
  try {
    urlOf(module);
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_OXBOW_THREADS_NOT_A_MODULE');
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

test('a closure over one import gives its URL, and the module is not loaded on this side', async () => {
  assert.is(
    urlOf(() => import('../fixtures/no-main-thread.ts')),
    expected,
  );
  await new Promise(setImmediate);
  assert.is((globalThis as { workLoaded?: boolean }).workLoaded, undefined);
});

test('every way to write that closure is read', () => {
  // biome-ignore-start lint/complexity/useArrowFunction: other forms are what is tested
  assert.is(
    urlOf(async () => import('../fixtures/no-main-thread.ts')),
    expected,
  );
  assert.is(
    urlOf(async () => await import('../fixtures/no-main-thread.ts')),
    expected,
  );
  assert.is(
    urlOf(() => {
      return import('../fixtures/no-main-thread.ts');
    }),
    expected,
  );
  assert.is(
    urlOf(function load() {
      return import(/* a comment */ '../fixtures/no-main-thread.ts');
    }),
    expected,
  );
  // biome-ignore-end lint/complexity/useArrowFunction: as above
});

test('a real import of the same module afterwards gets the module', async () => {
  const load = () => import('../fixtures/empty.ts');
  urlOf(load);
  urlOf(() => import('../fixtures/empty.ts'));
  const module = await load();
  assert.is(module.nothing, undefined);
  assert.equal(Object.keys(module), ['nothing']);
});

test('packages and built-in modules are named as well as files', () => {
  assert.is(
    urlOf(() => import('node:zlib')),
    'node:zlib',
  );
  assert.match(
    urlOf(() => import('@oxbow/testkit')),
    /\/testkit\/src\/index\.ts$/,
  );
});

test('anything else is refused, with what to write instead', () => {
  const name = '../fixtures/no-main-thread.ts';
  const hint = /toThread<typeof import\('\.\/work\.js'\)>\(new URL\('\.\/work\.js', import\.meta\.url\)/;
  assert.match(
    refusal(() => import(name)),
    hint,
  );
  assert.match(
    refusal(() => Promise.resolve({ fn() {} })),
    hint,
  );
  assert.match(
    refusal(() => {
      process.title = 'effect';
      return import('../fixtures/no-main-thread.ts');
    }),
    hint,
  );
  assert.match(
    refusal(() => import('../fixtures/no-main-thread.ts').then((module) => module)),
    hint,
  );
  assert.match(refusal('./work.js'), /got string/);
  assert.match(refusal(null), /got null/);
});

test('a file that does not exist fails as import() does', () => {
  assert.throws(
    // @ts-expect-error there is no such file
    () => urlOf(() => import('../fixtures/missing.ts')),
    (error: { code?: string }) => error.code === 'ERR_MODULE_NOT_FOUND',
  );
});

test('a URL and a reference made of one name it directly', () => {
  const url = new URL('../fixtures/no-main-thread.ts', import.meta.url);
  assert.is(urlOf(url), expected);
  assert.is(urlOf(moduleAt<typeof import('../fixtures/no-main-thread.ts')>(url)), expected);
});

test.run();
