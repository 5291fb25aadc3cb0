import { assert, suite } from '@oxbow/testkit';
import { boundaries } from '../../src/rules/boundaries.ts';
import { audit, packageManifest } from '../made-up-tree.ts';

const http = packageManifest('http', {
  dependencies: { '@oxbow/loop': 'workspace:^', '@oxbow/stream': 'workspace:^', undici: 'catalog:' },
  peerDependencies: { rxjs: '^7.8.1' },
  devDependencies: { '@oxbow/testkit': 'workspace:*', 'fast-check': 'catalog:' },
});
const stream = packageManifest('stream', {
  dependencies: { '@oxbow/loop': 'workspace:^' },
  peerDependencies: { rxjs: '^7.8.1' },
});
const world = {
  'packages/loop/src/index.ts': '',
  'packages/stream/package.json': stream,
  'packages/http/package.json': http,
  'tools/testkit/src/index.ts': '',
};
const auditHttp = (file: string, text: string): readonly string[] =>
  audit(boundaries, { ...world, [`packages/http/${file}`]: text });

const test = suite('boundaries');

test('lets imports follow the arrows, through public doors', () => {
  const text =
    "import { run } from '@oxbow/loop';\nimport { map } from 'rxjs';\nimport './a.ts';\nimport 'node:fs';";
  assert.equal(auditHttp('src/index.ts', text), []);
});

test('refuses an arrow that points up, type imports, re-exports and import() included', () => {
  const use = [
    "import { get } from '@oxbow/http';",
    "import type { Get } from '@oxbow/http';",
    "export { get } from '@oxbow/http';",
    "const lazy = () => import('@oxbow/http');",
    "type Lazy = import('@oxbow/http').Get;",
  ].join('\n');
  assert.equal(audit(boundaries, { ...world, 'packages/loop/src/a.ts': use }), [
    ...[1, 2, 3, 4, 5].map(
      (line) => `packages/loop/src/a.ts:${line} loop may not import http (it may import no package)`,
    ),
  ]);
});

test('refuses a manifest whose dependency points up', () => {
  const manifest = packageManifest('loop', { dependencies: { '@oxbow/http': 'workspace:^' } });
  const found = audit(boundaries, { ...world, 'packages/loop/package.json': manifest });
  assert.ok(found.some((line) => line.endsWith('loop may not import http (it may import no package)')));
});

test('refuses a deep path into a package, from an app and a tool too', () => {
  const deep = "import '@oxbow/loop/src/a.ts';";
  const manifest = packageManifest('site', { dependencies: { '@oxbow/loop': 'workspace:^' } });
  const files = {
    'apps/site/package.json': manifest,
    'apps/site/src/main.ts': deep,
    'tools/bench/src/main.ts': deep,
  };
  assert.equal(audit(boundaries, { ...world, ...files }), [
    "apps/site/src/main.ts:1 '@oxbow/loop/src/a.ts' is no public door of @oxbow/loop (see its exports)",
    "tools/bench/src/main.ts:1 '@oxbow/loop/src/a.ts' is no public door of @oxbow/loop (see its exports)",
  ]);
});

test('refuses a relative path out of a package, and one out of src', () => {
  assert.equal(auditHttp('src/a.ts', "import '../../loop/src/index.ts';\nimport '../test/b.ts';"), [
    "packages/http/src/a.ts:1 import by package name: '../../loop/src/index.ts' leaves packages/http",
    "packages/http/src/a.ts:2 keep src/ by itself: '../test/b.ts' is not shipped",
  ]);
});

test('refuses an absolute path', () => {
  assert.match(auditHttp('test/a.test.ts', "import '/somewhere/a.ts';")[0] ?? '', 'is of one machine');
});

test('lets tests use dev dependencies, and src not', () => {
  const text = "import { assert } from '@oxbow/testkit';\nimport fc from 'fast-check';";
  assert.equal(auditHttp('test/a.test.ts', text), []);
  assert.equal(auditHttp('src/a.ts', text), [
    'packages/http/src/a.ts:1 @oxbow/testkit is a tool: use it in tests, benches and examples only, as a dev dependency',
    'packages/http/src/a.ts:2 move fast-check from devDependencies to dependencies: src/ imports it',
  ]);
});

test('lets an app, which nobody installs, use its dev dependencies', () => {
  const manifest = packageManifest('site', { devDependencies: { 'playwright-core': 'catalog:' } });
  const files = {
    'apps/site/package.json': manifest,
    'apps/site/src/picture.ts': "import 'playwright-core';",
  };
  assert.equal(audit(boundaries, files), []);
});

test('lets apps share their shell, and nothing else of one another', () => {
  const app = (name: string): string =>
    packageManifest(name, { dependencies: { '@oxbow/shell': 'workspace:^', '@oxbow/other': 'workspace:^' } });
  const files = {
    'apps/shell/package.json': packageManifest('shell'),
    'apps/shell/src/index.ts': '',
    'apps/other/package.json': packageManifest('other'),
    'apps/other/src/index.ts': '',
    'apps/site/package.json': app('site'),
    'apps/site/src/main.ts': "import '@oxbow/shell';\nimport '@oxbow/other';",
  };
  assert.equal(
    audit(boundaries, files).filter((problem) => problem.includes('main.ts')),
    [
      'apps/site/src/main.ts:2 do not depend on @oxbow/other: nothing depends on an app, but apps on apps/shell',
    ],
  );
});

test('refuses what the manifest does not declare', () => {
  assert.equal(auditHttp('test/a.test.ts', "import 'left-pad/deep';"), [
    'packages/http/test/a.test.ts:1 declare left-pad in packages/http/package.json',
  ]);
});

test('wants the node: prefix on built-in modules', () => {
  assert.equal(auditHttp('src/a.ts', "import 'fs';"), ["packages/http/src/a.ts:1 write 'node:fs'"]);
});

test('keeps a package from importing itself by name in src, and lets its examples do so', () => {
  const text = "import '@oxbow/http';";
  assert.equal(auditHttp('src/a.ts', text), [
    'packages/http/src/a.ts:1 import by relative path inside @oxbow/http',
  ]);
  assert.equal(auditHttp('examples/a.ts', text), []);
});

test('keeps undici behind http/src/transport', () => {
  assert.equal(auditHttp('src/transport/a.ts', "import { Pool } from 'undici';"), []);
  assert.match(
    auditHttp('src/session.ts', "import type { Pool } from 'undici';")[0] ?? '',
    'only http/src/transport',
  );
});

test('keeps msgpackr in codec', () => {
  assert.match(auditHttp('src/a.ts', "import 'msgpackr/pack';")[0] ?? '', 'only codec imports it');
});

test('keeps what redis needs by one door behind that door', () => {
  const auditRedis = (path: string, from: string): readonly string[] =>
    audit(boundaries, {
      ...world,
      'packages/redis/package.json': packageManifest('redis', {}),
      [`packages/redis/${path}`]: `import type { X } from '${from}';`,
    });
  assert.match(auditRedis('src/index.ts', '@oxbow/crawler')[0] ?? '', 'only redis/src/frontier');
  assert.match(auditRedis('src/frontier/a.ts', '@oxbow/websocket')[0] ?? '', 'only redis/src/topics');
  assert.match(auditRedis('src/frontier/a.ts', 'ioredis')[0] ?? '', 'only redis/src/connection');
});

test("lets stream's net door open sockets, and nothing else of stream", () => {
  const text = "import { connect } from 'node:net';";
  const auditStream = (path: string): readonly string[] =>
    audit(boundaries, { ...world, [`packages/stream/${path}`]: text });
  assert.equal(auditStream('src/net/connect.ts'), []);
  assert.match(auditStream('src/stream.ts')[0] ?? '', 'stream/src/net only');
});

test('keeps sockets in src/transport and tests, and lets the pure names of node:net through', () => {
  assert.match(
    auditHttp('src/a.ts', "import { connect } from 'node:net';")[0] ?? '',
    'src/transport and stream/src/net only',
  );
  assert.equal(auditHttp('src/a.ts', "import { BlockList, isIP } from 'node:net';"), []);
  assert.is(auditHttp('src/a.ts', "import { isIP, connect } from 'node:net';").length, 1);
  assert.is(auditHttp('src/a.ts', "import 'node:net';").length, 1);
  assert.equal(auditHttp('test/a.test.ts', "import { createServer } from 'node:http';"), []);
  assert.equal(auditHttp('src/transport/a.ts', "import { connect } from 'node:tls';"), []);
});

test('holds loop, codec and stream to the installs they promise', () => {
  const loop = packageManifest('loop', { dependencies: { undici: 'catalog:' } });
  const codec = packageManifest('codec', { dependencies: { msgpackr: 'catalog:', 'left-pad': 'catalog:' } });
  const found = audit(boundaries, {
    ...world,
    'packages/loop/package.json': loop,
    'packages/codec/package.json': codec,
  });
  assert.equal(
    found.map((line) => line.replace(/^.*:\d+ /, '')),
    [
      'do without undici: @oxbow/loop promises to bring nothing else',
      'do without left-pad: @oxbow/codec promises to bring msgpackr, eventsource-parser',
    ],
  );
});

test('wants rxjs as a peer of every package that shows a Stream', () => {
  const manifest = packageManifest('websocket', {
    dependencies: { '@oxbow/stream': 'workspace:^', rxjs: 'catalog:' },
  });
  const found = audit(boundaries, { ...world, 'packages/websocket/package.json': manifest }).join('\n');
  assert.match(found, 'declare rxjs as a peer dependency');
  assert.match(found, 'make rxjs a peer dependency');
});

test('wants workspace ranges for our packages and catalog ranges for others', () => {
  const manifest = packageManifest('stream', {
    dependencies: { '@oxbow/loop': '^0.1.0' },
    peerDependencies: { rxjs: '^7.8.1' },
    devDependencies: { 'fast-check': '^4.0.0' },
  });
  const found = audit(boundaries, { ...world, 'packages/stream/package.json': manifest }).join('\n');
  assert.match(found, 'take @oxbow/loop from the workspace');
  assert.match(found, 'pin fast-check in the catalog');
});

test('asks for a row for a package it does not know', () => {
  assert.match(audit(boundaries, { 'packages/new/src/index.ts': '' })[0] ?? '', 'a row in MAY_IMPORT');
});

test('keeps everything the browser door reaches free of node:, rxjs, loop and stream', () => {
  const websocket = packageManifest('websocket', {
    dependencies: { '@oxbow/loop': 'workspace:^', '@oxbow/codec': 'workspace:^' },
  });
  const files = {
    ...world,
    'packages/websocket/package.json': websocket,
    'packages/codec/src/index.ts': '',
    'packages/websocket/src/browser.ts':
      "export { a } from './browser-client/a.ts';\nimport type {} from '@oxbow/codec';",
    'packages/websocket/src/browser-client/a.ts':
      "import type { Task } from '@oxbow/loop';\nexport const a = 1;",
    'packages/websocket/src/server.ts': "import 'node:fs';",
  };
  assert.equal(audit(boundaries, files), [
    "packages/websocket/src/browser-client/a.ts:1 do not import '@oxbow/loop': packages/websocket/src/browser.ts reaches this file and must run in a browser",
  ]);
});

test('lets the browser door reach the loop’s backoff, and keeps that free of imports', () => {
  const files = {
    ...world,
    'packages/loop/src/backoff.ts': "import type {} from './clock.ts';",
    'packages/loop/src/clock.ts': "import 'node:perf_hooks';",
  };
  assert.equal(audit(boundaries, files), [
    "packages/loop/src/clock.ts:1 do not import 'node:perf_hooks': packages/loop/src/backoff.ts reaches this file and must run in a browser",
  ]);
});

test('keeps what the doors of loop reach free of values from node:, types apart', () => {
  const files = {
    ...world,
    'packages/loop/src/index.ts': "export { a } from './host/a.ts';",
    'packages/loop/src/lowlevel.ts': "export { b } from './task/b.ts';",
    'packages/loop/src/host/a.ts': "import type { Session } from 'node:inspector';\nexport const a = 1;",
    'packages/loop/src/task/b.ts': "import { getEventListeners } from 'node:events';\nexport const b = 1;",
    'packages/loop/src/debug/watchdog-worker.ts': "import { writeSync } from 'node:fs';",
  };
  assert.equal(audit(boundaries, files), [
    "packages/loop/src/task/b.ts:1 do not import 'node:events': packages/loop/src/lowlevel.ts reaches this file and must run in a browser",
  ]);
});

test('lets the doors of stream reach rxjs and the loop, and nothing of Node', () => {
  const files = {
    ...world,
    'packages/stream/src/index.ts': "export { a } from './a.ts';\nexport { b } from './net/b.ts';",
    'packages/stream/src/a.ts':
      "import { map } from 'rxjs';\nimport { run } from '@oxbow/loop';\nimport type { Readable } from 'node:stream';",
    'packages/stream/src/net/b.ts': "import { connect } from 'node:net';",
  };
  assert.equal(audit(boundaries, files), [
    "packages/stream/src/net/b.ts:1 do not import 'node:net': packages/stream/src/index.ts reaches this file and must run in a browser",
  ]);
});

test('refuses a circle of dev dependencies, which has no build order', () => {
  const loop = packageManifest('loop', { devDependencies: { '@oxbow/stream': 'workspace:^' } });
  assert.equal(audit(boundaries, { ...world, 'packages/loop/package.json': loop }), [
    'packages/loop/package.json:39 break the circle of dependencies @oxbow/loop → @oxbow/stream → @oxbow/loop',
  ]);
});

test.run();
