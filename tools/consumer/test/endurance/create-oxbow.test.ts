// covers: src/tarballs.ts, src/empty-project.ts
/**
 * `npm create oxbow` from its tarball: each template is made, installed with the packed packages, tested, type-checked and started, and its
 * Dockerfile is followed line by line.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, glob, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { type ImagePlan, readDockerfile } from '../../src/dockerfile.ts';
import { installAlone, runIn } from '../../src/empty-project.ts';
import { npmInstall } from '../../src/npm.ts';
import { startProgram } from '../../src/started-program.ts';
import { type PackageName, pack, packStarter, type Tarball } from '../../src/tarballs.ts';

const execute = promisify(execFile);

interface Context {
  folder: string;
  tarballs: ReadonlyMap<PackageName, Tarball>;
  /** The command, as `npm create` would run it. */
  command: string;
  site: Server;
  url: string;
}

const test = suite<Context>('npm create oxbow', {} as Context);

test.before(async (context) => {
  skipUnless(
    existsSync(new URL('../../../../packages/create-oxbow/dist/main.js', import.meta.url)),
    'the packages are not built: run npm run build',
  );
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-create-'));
  context.tarballs = await pack(context.folder);
  const starter = join(context.folder, 'starter');
  await installAlone(starter, [await packStarter(context.folder)]);
  context.command = join(starter, 'node_modules/.bin/create-oxbow');
  context.site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>Hello</title><h1>Hello</h1>');
  });
  await new Promise<void>((resolve) => context.site.listen(0, '127.0.0.1', resolve));
  context.url = `http://127.0.0.1:${(context.site.address() as AddressInfo).port}/`;
});

test.after(async ({ folder, site }) => {
  if (folder === undefined) return;
  site.closeAllConnections();
  site.close();
  await rm(folder, { recursive: true });
});

/** What is started and what it has to say. */
interface Trial {
  readonly template: string;
  readonly args: (url: string) => readonly string[];
  readonly says: RegExp;
  /** Goes on until a signal comes; without, it ends by itself. */
  readonly goesOn?: boolean;
  /** What it leaves in its folder. */
  readonly writes?: string;
}

const TRIALS: readonly Trial[] = [
  {
    template: 'crawler',
    args: (url) => [url],
    says: /[1-9]\d* pages of/,
    writes: 'data/pages.jsonl',
  },
  {
    template: 'websocket-server',
    args: () => [],
    says: /rooms are at ws:/,
    goesOn: true,
  },
  { template: 'http-script', args: (url) => [url], says: /200/ },
  { template: 'worker-pool', args: () => ['1000'], says: /168 primes below 1000/ },
];

for (const trial of TRIALS) {
  const { template } = trial;

  test(`makes a ${template} that is installed, tested and type-checked`, async (context) => {
    const project = await make(context, template);
    const { stdout } = await execute('npm', ['test'], {
      cwd: project,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    assert.match(stdout, /^\S fail 0$/m);
    assert.match(stdout, /^\S pass [1-9]/m);
    const check = await runIn(project, 'node_modules/.bin/tsc', []);
    assert.is(check.stdout, '');
    await run(trial, project, ['npm', 'start', '--', ...trial.args(context.url)], {}, 'SIGINT');
  });

  test(`the ${template}'s Dockerfile makes an image that runs`, async (context) => {
    const project = join(context.folder, template);
    const plan = readDockerfile(await readFile(join(project, 'Dockerfile'), 'utf8'));
    const image = join(context.folder, `${template}-image`);
    await follow(plan, project, image);
    const command = [...plan.command, ...trial.args(context.url)];
    await run(trial, image, command, plan.env, 'SIGTERM');
  });
}

test('refuses an unknown template and a folder with something in it', async ({ folder, command }) => {
  const unknown = await runIn(folder, relative(folder, command), ['x', '--template', 'spider']);
  assert.match(unknown.stderr, 'crawler, websocket-server, http-script, worker-pool');
  const full = await runIn(folder, relative(folder, command), ['.', '--yes']);
  assert.match(full.stderr, 'is not empty');
});

test('makes the project and says so when the registry does not answer', async ({ folder, command }) => {
  const args = ['offline', '--template', 'worker-pool'];
  const nowhere = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };
  const env = { ...nowhere, npm_config_cache: join(folder, 'no-cache') };
  const program = startProgram(folder, [command, ...args], env);
  assert.is(await program.ended(), 1);
  assert.match(program.output(), /nothing was installed: the npm registry did not answer \(ECONNREFUSED\)/);
  assert.match(program.output(), /npm install\n {2}npm start/);
  const made = await readdir(join(folder, 'offline'));
  assert.ok(made.includes('package.json') && !made.includes('node_modules'), made.join());
});

test('leaves nothing when Ctrl-C comes while it installs', async ({ folder, command }) => {
  // A registry that never answers keeps npm waiting.
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const asked = new Promise<void>((resolve) => silent.once('request', () => resolve()));
  const registry = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const env = { npm_config_registry: registry, npm_config_cache: join(folder, 'empty-cache') };
  const program = startProgram(folder, [command, 'a/b', '--template', 'crawler'], env);
  await until('npm to ask the registry', () => asked.then(() => true));
  assert.is(await program.end('SIGINT'), 130);
  assert.not.ok(existsSync(join(folder, 'a')));
  silent.closeAllConnections();
  silent.close();
});

/** Makes a project, and installs what it names: ours from the tarballs, everything else from the registry. */
async function make({ folder, tarballs, command }: Context, template: string): Promise<string> {
  const said = await execute(command, [template, '--template', template, '--no-install'], { cwd: folder });
  assert.match(said.stdout, 'is ready');
  const project = join(folder, template);
  const path = join(project, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { dependencies: Record<string, string> };
  const own = Object.keys(manifest.dependencies).filter((name) => name.startsWith('@oxbow/'));
  const short = own.map((name) => name.slice('@oxbow/'.length) as PackageName);
  const needed = new Set(short.flatMap((name) => [name, ...(tarballs.get(name)?.needs ?? [])]));
  // The ranges are those of the tarballs, which no registry has yet.
  for (const name of own) {
    const version = /-(\d[^-]*)\.tgz$/.exec(tarballs.get(name.slice(7) as PackageName)?.file ?? '')?.[1];
    assert.is(manifest.dependencies[name], `^${version}`);
  }
  for (const name of needed) manifest.dependencies[`@oxbow/${name}`] = `file:${tarballs.get(name)?.file}`;
  await writeFile(path, JSON.stringify(manifest));
  await npmInstall(project, []);
  return project;
}

async function run(
  trial: Trial,
  folder: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: 'SIGINT' | 'SIGTERM',
): Promise<void> {
  const port = trial.template === 'websocket-server' ? { PORT: '0' } : {};
  const program = startProgram(folder, command, { ...env, ...port });
  await program.said(trial.says);
  if (trial.goesOn) assert.is(await program.end(signal), 128 + constants.signals[signal], program.output());
  else assert.is(await program.ended(), 0, program.output());
  if (trial.writes !== undefined) assert.ok(existsSync(join(folder, trial.writes)), program.output());
}

/** Does what the image's lines say, in a folder instead of an image. */
async function follow({ copies, runs }: ImagePlan, project: string, image: string): Promise<void> {
  await mkdir(image);
  const copy = async ({ from, to }: ImagePlan['copies'][number]): Promise<void> => {
    for (const pattern of from) {
      const found = await Array.fromAsync(glob(pattern, { cwd: project }));
      assert.ok(found.length > 0, `nothing is called ${pattern}`);
      for (const path of found) {
        const target = to.endsWith('/') ? join(image, to, path) : join(image, to);
        await cp(join(project, path), target, { recursive: true });
      }
    }
  };
  await copy(copies[0] ?? { from: [], to: '' });
  for (const line of runs) {
    const [program = '', ...words] = line.split(' ');
    // npm as everywhere here, by the one cache; who owns what is the image's own matter.
    if (program === 'npm') await npmInstall(image, words.slice(1));
    else await execute('sh', ['-c', line.replace(/ && chown \S+ \S+/, '')], { cwd: image });
  }
  for (const each of copies.slice(1)) await copy(each);
}

test.run();
