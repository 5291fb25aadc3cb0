/** What is looked at in a packed package before it may be uploaded. Pure. */

/** The parts of a packed manifest that matter here. */
export interface PackedManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly repository?: { readonly url?: string };
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A tarball, read. */
export interface Tarball {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: PackedManifest;
  /** Paths inside, without the leading `package/`. */
  readonly paths: readonly string[];
}

/** Says what is wrong with a tarball; nothing when it may be uploaded. */
export function faultsOf({ manifest, paths }: Tarball): readonly string[] {
  const faults: string[] = [];
  const has = new Set(paths);
  for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE'])
    if (!has.has(file)) faults.push(`it has no ${file}`);
  for (const field of ['license', 'repository'] as const) {
    if (manifest[field] === undefined) faults.push(`its manifest has no ${field}, which provenance needs`);
  }
  const ranges = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  for (const [name, range] of Object.entries(ranges)) {
    if (/^(workspace|catalog|link|file):/.test(range)) faults.push(`${name} is asked for as "${range}"`);
  }
  for (const target of targetsOf(manifest.exports ?? {})) {
    if (/\/src\/.*\.ts$/.test(target)) faults.push(`a door leads to ${target} instead of dist/`);
    else if (!has.has(target.replace(/^\.\//, '')))
      faults.push(`a door leads to ${target}, which is not in it`);
  }
  return faults;
}

function targetsOf(exports: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target as Record<string, string>),
  );
}

/** A line for each tarball: name, version, size, number of files. */
export function table(tarballs: readonly Tarball[]): string {
  const width = Math.max(...tarballs.map(({ manifest }) => manifest.name.length));
  return tarballs
    .map(({ manifest, bytes, paths }) => {
      const size = `${(bytes / 1024).toFixed(0)} KiB`.padStart(9);
      return `  ${manifest.name.padEnd(width)}  ${manifest.version.padEnd(8)}${size}  ${paths.length} files`;
    })
    .join('\n');
}

/** The order in which they are uploaded: what others need comes first. */
export function uploadOrder(tarballs: readonly Tarball[]): readonly Tarball[] {
  const byName = new Map(tarballs.map((tarball) => [tarball.manifest.name, tarball]));
  const ordered = new Set<Tarball>();
  const add = (tarball: Tarball, trail: readonly Tarball[]): void => {
    if (ordered.has(tarball) || trail.includes(tarball)) return;
    const { dependencies, peerDependencies } = tarball.manifest;
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      const needed = byName.get(name);
      if (needed !== undefined) add(needed, [...trail, tarball]);
    }
    ordered.add(tarball);
  };
  for (const tarball of tarballs) add(tarball, []);
  return [...ordered];
}

/** The words after `npm` that upload a tarball. */
export function uploadWords({ file }: Tarball, provenance: boolean): readonly string[] {
  return ['publish', file, '--access', 'public', ...(provenance ? ['--provenance'] : [])];
}
