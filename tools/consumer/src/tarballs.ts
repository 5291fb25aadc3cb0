/** Packs the workspace's packages as they would be published. Builds nothing: `dist` must be there. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));

/** The workspace's packages, those without dependencies first. */
export const PACKAGES = [
  'loop',
  'codec',
  'threads',
  'stream',
  'http',
  'websocket',
  'crawler',
  'redis',
] as const;

/** The short name of a package. */
export type PackageName = (typeof PACKAGES)[number];

/** What a test needs to know of a package. */
export interface Tarball {
  readonly name: PackageName;
  /** The path of the `.tgz`. */
  readonly file: string;
  /** Its doors for code as import specifiers, `@oxbow/loop/lowlevel` and so on. */
  readonly doors: readonly string[];
  /** The packages of this workspace that it depends on, at any distance. */
  readonly needs: readonly PackageName[];
  /** What some of its doors use and a user installs beside it: packages of this workspace, with what those need. */
  readonly peers: readonly PackageName[];
  /** The same of others, as npm takes them: `turndown@^7.2.0`. */
  readonly foreignPeers: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** Packs all of them into `folder`. */
export async function pack(folder: string): Promise<ReadonlyMap<PackageName, Tarball>> {
  const manifests = new Map<PackageName, Manifest>();
  for (const name of PACKAGES) {
    manifests.set(
      name,
      JSON.parse(await readFile(join(packageFolder(name), 'package.json'), 'utf8')) as Manifest,
    );
  }
  const tarballs = new Map<PackageName, Tarball>();
  const filters = PACKAGES.map((name) => `--filter=@oxbow/${name}`);
  await execute('pnpm', [...filters, '--recursive', 'pack', '--pack-destination', folder], {
    cwd: WORKSPACE,
  });
  for (const [name, manifest] of manifests) {
    tarballs.set(name, {
      name,
      file: join(folder, `oxbow-${name}-${manifest.version}.tgz`),
      doors: Object.keys(manifest.exports)
        .filter((door) => !door.endsWith('.json'))
        .map((door) => `@oxbow/${name}${door.slice(1)}`),
      needs: [...neededBy(name, manifests)],
      ...peersOf(manifest, manifests),
    });
  }
  return tarballs;
}

/** Packs `create-oxbow` into `folder`; gives the path of its tarball. */
export async function packStarter(folder: string): Promise<string> {
  const { version } = JSON.parse(
    await readFile(join(WORKSPACE, 'packages/create-oxbow/package.json'), 'utf8'),
  ) as Manifest;
  await execute('pnpm', ['--filter=create-oxbow', 'pack', '--pack-destination', folder], { cwd: WORKSPACE });
  return join(folder, `create-oxbow-${version}.tgz`);
}

function packageFolder(name: PackageName): string {
  return join(WORKSPACE, 'packages', name);
}

function peersOf(
  { peerDependencies = {}, peerDependenciesMeta = {} }: Manifest,
  manifests: ReadonlyMap<PackageName, Manifest>,
): Pick<Tarball, 'peers' | 'foreignPeers'> {
  const peers = new Set<PackageName>();
  const foreignPeers: string[] = [];
  for (const [peer, range] of Object.entries(peerDependencies)) {
    if (peerDependenciesMeta[peer]?.optional !== true) continue;
    const short = peer.replace('@oxbow/', '') as PackageName;
    if (!manifests.has(short)) foreignPeers.push(`${peer}@${range}`);
    else for (const each of [short, ...neededBy(short, manifests)]) peers.add(each);
  }
  return { peers: [...peers], foreignPeers };
}

function neededBy(name: PackageName, manifests: ReadonlyMap<PackageName, Manifest>): Set<PackageName> {
  const found = new Set<PackageName>();
  for (const dependency of Object.keys(manifests.get(name)?.dependencies ?? {})) {
    const short = dependency.replace('@oxbow/', '') as PackageName;
    if (!manifests.has(short)) continue;
    found.add(short);
    for (const further of neededBy(short, manifests)) found.add(further);
  }
  return found;
}
