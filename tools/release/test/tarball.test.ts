import { assert, suite } from '@oxbow/testkit';
import {
  faultsOf,
  type PackedManifest,
  type Tarball,
  table,
  uploadOrder,
  uploadWords,
} from '../src/tarball.ts';

const test = suite('a tarball');

const PATHS = ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts'];

function packed(fields: Partial<PackedManifest> = {}, paths: readonly string[] = PATHS): Tarball {
  const manifest = {
    name: '@oxbow/loop',
    version: '0.2.0',
    license: 'MIT',
    repository: { url: 'git+https://forge.example/oxbow.git' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    ...fields,
  };
  return { file: 'release/a.tgz', bytes: 2048, manifest, paths };
}

test('may be uploaded when it is whole', () => {
  assert.equal(faultsOf(packed()), []);
});

test('may not when a file that belongs to it is missing', () => {
  assert.equal(faultsOf(packed({}, ['package.json', 'dist/index.js', 'CHANGELOG.md', 'LICENSE'])), [
    'it has no README.md',
    'a door leads to ./dist/index.d.ts, which is not in it',
  ]);
});

test('may not when its manifest is that of the workspace', () => {
  assert.equal(
    faultsOf(
      packed({
        exports: { '.': './src/index.ts' },
        dependencies: { rxjs: 'catalog:', undici: '8.12.4' },
        peerDependencies: { '@oxbow/stream': 'workspace:^' },
      }),
    ),
    [
      'rxjs is asked for as "catalog:"',
      '@oxbow/stream is asked for as "workspace:^"',
      'a door leads to ./src/index.ts instead of dist/',
    ],
  );
});

test('may not without what provenance is proved by', () => {
  const { repository: _, ...rest } = packed().manifest;
  assert.equal(faultsOf({ ...packed(), manifest: rest }), [
    'its manifest has no repository, which provenance needs',
  ]);
});

test('comes after what it needs, peers too', () => {
  const all = [
    packed({ name: 'c', peerDependencies: { b: '^1.0.0' } }),
    packed({ name: 'b', dependencies: { a: '^1.0.0', outside: '^1.0.0' } }),
    packed({ name: 'a' }),
  ];
  assert.equal(
    uploadOrder(all).map(({ manifest }) => manifest.name),
    ['a', 'b', 'c'],
  );
});

test('is uploaded for everybody, with provenance unless that is left out', () => {
  assert.equal(uploadWords(packed(), true), [
    'publish',
    'release/a.tgz',
    '--access',
    'public',
    '--provenance',
  ]);
  assert.not.ok(uploadWords(packed(), false).includes('--provenance'));
});

test('is listed with its version and size', () => {
  assert.is(table([packed()]), '  @oxbow/loop  0.2.0       2 KiB  6 files');
});

test.run();
