/** A project with nothing in it but what a test installs, and the Nodes to run it with. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '@oxbow/testkit';
import { cleanEnvironment, npmInstall } from './npm.ts';

const execute = promisify(execFile);
const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));

/** The oldest, the pinned and the newest Node that the packages are for. */
export const NODES = ['22.23.3', '24.21.0', '26.10.0'] as const;

/** Nodes that the packages are not for: the last versions of the two lines before. */
export const TOO_OLD = ['18.20.8', '20.20.2'] as const;

/** Installs `tarballs` and nothing else into a new project at `folder`, by npm, as most people do. */
export async function installAlone(folder: string, tarballs: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    '{ "name": "consumer", "private": true, "type": "module" }\n',
  );
  await npmInstall(folder, tarballs);
}

/** The names of all installed packages, sorted. */
export async function installedPackages(folder: string): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  return [...new Set(Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, '')))].sort();
}

/** The path of a Node of this version; the workspace's bootstrap fetches it once and keeps it. */
export async function nodeOf(version: string): Promise<string> {
  if (process.version === `v${version}`) return process.execPath;
  const fetching = execute(
    process.execPath,
    [join(WORKSPACE, 'tools/bootstrap/main.mjs'), 'exec', 'node', '--print', 'process.execPath'],
    { cwd: WORKSPACE, env: { ...cleanEnvironment(), OXBOW_NODE: version } },
  );
  const { stdout } = await until(`Node ${version} to be fetched`, () => fetching);
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** Fetches a Node that the packages are not for, which the workspace's bootstrap refuses to; gives its path. */
export async function tooOldNode(version: string, folder: string): Promise<string> {
  const build = `node-${process.platform}-${process.arch}`;
  await installAlone(folder, [`${build}@${version}`]);
  return join(folder, 'node_modules', build, 'bin/node');
}

/** What a Node says that imports one of the doors in vain; empty when it opens. */
export async function refusalOf(node: string, folder: string, door: string): Promise<string> {
  const script = `await import('${door}').catch((error) => console.log(String(error)));`;
  const { stdout } = await execute(node, ['--input-type=module', '--eval', script], { cwd: folder });
  return stdout.trim();
}

/** Imports every door under a Node, from inside the project, and gives what each of them exports. */
export async function importDoors(
  node: string,
  folder: string,
  doors: readonly string[],
): Promise<Record<string, string[]>> {
  const script = `
    const doors = ${JSON.stringify(doors)};
    const found = {};
    for (const door of doors) found[door] = Object.keys(await import(door)).sort();
    console.log(JSON.stringify(found));
  `;
  const { stdout } = await execute(node, ['--input-type=module', '--eval', script], { cwd: folder });
  return JSON.parse(stdout) as Record<string, string[]>;
}

/** Classes of ours whose `name`, which stands in stacks and in logs, is not the one they are exported by. */
export async function renamedClasses(
  node: string,
  folder: string,
  doors: readonly string[],
): Promise<readonly string[]> {
  const script = `
    const theirs = new Set(Object.values(await import('rxjs').catch(() => ({}))));
    const renamed = [];
    for (const door of ${JSON.stringify(doors)}) {
      for (const [name, value] of Object.entries(await import(door))) {
        if (typeof value === 'function' && /^[A-Z]/.test(name) && value.name !== name && !theirs.has(value)) renamed.push(name);
      }
    }
    console.log(JSON.stringify(renamed));
  `;
  const { stdout } = await execute(node, ['--input-type=module', '--eval', script], { cwd: folder });
  return JSON.parse(stdout) as readonly string[];
}

/** Writes files into the project and runs the first of them under a Node; gives what it printed. */
export async function runProgram(
  node: string,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [main = ''] = Object.keys(files);
  const { stdout } = await execute(node, [main], { cwd: folder });
  return stdout;
}

/** Fetches the type declarations of a Node's major version into `folder`; gives the type root. */
export async function nodeTypes(version: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npmInstall(folder, [`@types/node@${version.split('.', 1)[0]}`]);
  return join(folder, 'node_modules/@types');
}

/**
 * Compiles a program that imports every door, as a strict TypeScript user would, with the types of each of some Nodes;
 * rejects with the compiler's words.
 */
export async function compileDoors(
  folder: string,
  doors: readonly string[],
  typeRoots: readonly string[],
): Promise<void> {
  const lines = doors.map(
    (door, at) => `import * as door${at} from '${door}';\nexport const names${at}: object = door${at};`,
  );
  await writeFile(join(folder, 'main.ts'), `${lines.join('\n')}\n`);
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable', 'dom'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: ['node'],
  };
  const configs: string[] = [];
  for (const typeRoot of typeRoots) {
    const config = `tsconfig.${configs.length}.json`;
    const options = { ...compilerOptions, typeRoots: [typeRoot] };
    await writeFile(join(folder, config), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }));
    configs.push(config);
  }
  await execute(join(WORKSPACE, 'node_modules/.bin/tsc'), ['-b', ...configs], { cwd: folder }).catch(
    (error: { stdout?: string }) => {
      throw new Error(`the types do not resolve:\n${error.stdout}`);
    },
  );
}

/** Runs a program of the project, whatever its exit code. */
export async function runIn(
  folder: string,
  program: string,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return execute(join(folder, program), args, { cwd: folder, env: cleanEnvironment() }).catch(
    (ended: { stdout: string; stderr: string }) => ended,
  );
}
