// covers: src/tarballs.ts, src/empty-project.ts
/** The one test of every package: it installs alone, brings what the contract names, and its doors open on every Node. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import {
  compileDoors,
  importDoors,
  installAlone,
  installedPackages,
  NODES,
  nodeOf,
  nodeTypes,
  refusalOf,
  renamedClasses,
  runProgram,
  TOO_OLD,
  tooOldNode,
} from '../../src/empty-project.ts';
import { npmInstall } from '../../src/npm.ts';
import { PACKAGES, type PackageName, pack, type Tarball } from '../../src/tarballs.ts';

/** What each package brings besides itself: the contract of selective installs. */
const BRINGS: Readonly<Record<PackageName, readonly string[]>> = {
  loop: [],
  codec: ['eventsource-parser', 'msgpackr'],
  threads: ['@oxbow/loop'],
  stream: ['@oxbow/loop', 'rxjs'],
  http: [
    '@oxbow/codec',
    '@oxbow/loop',
    '@oxbow/stream',
    'eventsource-parser',
    'msgpackr',
    'rxjs',
    'tough-cookie',
    'undici',
  ],
  websocket: ['@oxbow/codec', '@oxbow/loop', '@oxbow/stream', 'eventsource-parser', 'msgpackr', 'rxjs'],
  crawler: [
    '@oxbow/codec',
    '@oxbow/http',
    '@oxbow/loop',
    '@oxbow/stream',
    '@oxbow/threads',
    'css-select',
    'entities',
    'eventsource-parser',
    'htmlparser2',
    'msgpackr',
    'parse5',
    'parse5-htmlparser2-tree-adapter',
    'rxjs',
    'tough-cookie',
    'undici',
  ],
  redis: ['@oxbow/loop'],
};

/**
 * What those bring in turn: rxjs's helpers, tough-cookie's list of suffixes, msgpackr's optional native part, the small packages that
 * css-select and htmlparser2 are made of.
 */
const FURTHER =
  /^(boolbase|css-what|dom-serializer|domelementtype|domhandler|domutils|nth-check|tslib|tldts|tldts-core|msgpackr-extract|@msgpackr-extract\/.*|node-gyp-build-optional-packages|detect-libc)$/;

/** Both kinds of worker find their files where they were built, and the user's module by a closure and by a URL. */
const THREAD_PROGRAM: Readonly<Record<string, string>> = {
  'threads-main.js': `
    import { openInThread, ProcessPool, toThread } from '@oxbow/threads';
    const sum = await toThread(() => import('./threads-work.js'), 'add', 1, 2);
    const pool = new ProcessPool({ size: 1 });
    const product = await pool.run(new URL('./threads-work.js', import.meta.url), 'multiply', 1, 2);
    await pool.close();
    const echo = await openInThread(() => import('./threads-work.js'), 'Echo');
    echo.on('said', (word) => console.log(sum, product, word));
    await echo.say('heard');
    await echo.close();
  `,
  'threads-work.js': `
    import { EventEmitter } from 'node:events';
    export const add = (a, b) => a + b;
    export const multiply = (a, b) => a * b;
    export class Echo extends EventEmitter {
      say(word) {
        this.emit('said', word);
      }
    }
  `,
};

interface Context {
  folder: string;
  tarballs: ReadonlyMap<PackageName, Tarball>;
  nodes: string[];
  typeRoots: string[];
  tooOld: string[];
}

const test = suite<Context>('what we publish', {} as Context);

test.before(async (context) => {
  skipUnless(process.platform === 'linux', 'the Nodes to prove it on are fetched for Linux only');
  const isBuilt = (name: PackageName) =>
    existsSync(new URL(`../../../../packages/${name}/dist/index.js`, import.meta.url));
  skipUnless(PACKAGES.every(isBuilt), 'the packages are not built: run npm run build');
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-consumer-'));
  context.nodes = [];
  context.typeRoots = [];
  context.tooOld = [];
  context.tarballs = await pack(context.folder);
});

// Each fetch has a deadline of its own, and one at a time is fetched.
for (const version of NODES) {
  test.before(async ({ folder, nodes, typeRoots }) => {
    if (folder === undefined) return;
    nodes.push(await nodeOf(version));
    typeRoots.push(await nodeTypes(version, join(folder, `types-${version}`)));
  });
}

for (const version of TOO_OLD) {
  test.before(async ({ folder, tooOld }) => {
    if (folder !== undefined) tooOld.push(await tooOldNode(version, join(folder, `too-old-${version}`)));
  });
}

test.after(async ({ folder }) => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

for (const name of PACKAGES) {
  test(`@oxbow/${name} installs alone, brings what it names, and its doors open on every Node`, async (context) => {
    const tarball = context.tarballs.get(name);
    if (tarball === undefined) throw new Error(`${name} was not packed`);
    const project = join(context.folder, name);
    const files = [name, ...tarball.needs].map((each) => context.tarballs.get(each)?.file ?? '');
    await installAlone(project, files);

    const brought = (await installedPackages(project)).filter((each) => each !== `@oxbow/${name}`);
    assert.equal(
      brought.filter((each) => !FURTHER.test(each)),
      BRINGS[name],
    );
    if (name === 'loop') assert.equal(brought, []);

    // Some doors are for what a user brings: they open once that is there, and their types resolve.
    const peers = tarball.peers.map((each) => context.tarballs.get(each)?.file ?? '');
    if (peers.length + tarball.foreignPeers.length > 0) {
      await npmInstall(project, [...files, ...peers, ...tarball.foreignPeers]);
    }

    let first: Record<string, string[]> | undefined;
    for (const node of context.nodes) {
      const found = await importDoors(node, project, tarball.doors);
      first ??= found;
      assert.equal(found, first);
      for (const [door, names] of Object.entries(found)) assert.ok(names.length > 0, door);
    }
    assert.equal(await renamedClasses(context.nodes[0] as string, project, tarball.doors), []);
    await compileDoors(project, tarball.doors, context.typeRoots);
  });
}

for (const version of NODES) {
  test(`threads and processes run from what was installed, on Node ${version}`, async ({ folder, nodes }) => {
    const output = await runProgram(nodes[NODES.indexOf(version)]!, join(folder, 'threads'), THREAD_PROGRAM);
    assert.is(output, '3 2 heard\n');
  });
}

// codec imports nothing of ours, and opens on any Node that has its syntax.
for (const name of PACKAGES.filter((each) => each !== 'codec')) {
  test(`@oxbow/${name} says which Node it needs to one that is too old`, async ({ folder, tooOld }) => {
    for (const [at, version] of TOO_OLD.entries()) {
      assert.is(
        await refusalOf(tooOld[at] as string, join(folder, name), `@oxbow/${name}`),
        `Error: Oxbow needs Node 22.19 or newer, and this is Node ${version}. Install a current one from nodejs.org.`,
      );
    }
  });
}

test.run();
