/**
 * A project of the workspace: a folder of packages/, apps/ or tools/ with its manifest.
 *
 * Knows how a manifest is laid out; not what it should say.
 */

/** The part of a package.json that rules read. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly description?: string;
  readonly sideEffects?: boolean;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: { readonly access?: string; readonly exports?: Readonly<Record<string, unknown>> };
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Which part of the workspace a project belongs to. */
export type ProjectKind = 'packages' | 'apps' | 'tools';

/** The parts of the workspace that hold projects. */
export const PROJECT_KINDS: readonly ProjectKind[] = ['packages', 'apps', 'tools'];

/** One project. */
export class Project {
  readonly kind: ProjectKind;
  /** Name of the folder, the short name of the project: `loop`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Text of the manifest, to find lines in. */
  readonly manifestText: string;

  constructor(kind: ProjectKind, folder: string, manifestText: string) {
    this.kind = kind;
    this.folder = folder;
    this.manifestText = manifestText;
    this.manifest = JSON.parse(manifestText) as Manifest;
  }

  /** Path of the folder from the root: `packages/loop`. */
  get path(): string {
    return `${this.kind}/${this.folder}`;
  }

  /** Path of the manifest from the root. */
  get manifestPath(): string {
    return `${this.path}/package.json`;
  }

  /** Name of the package, as others import it. */
  get name(): string {
    return this.manifest.name ?? this.path;
  }

  /** Names a user's install brings: dependencies, optional ones and peers. */
  get runtimeDependencies(): readonly string[] {
    const { dependencies, optionalDependencies, peerDependencies } = this.manifest;
    return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  }

  /** Names only the project's own tests, benches and examples use. */
  get devDependencies(): readonly string[] {
    return Object.keys(this.manifest.devDependencies ?? {});
  }

  /** The doors others may import, each with the file behind it: `'.' → 'src/index.ts'`. */
  get doors(): ReadonlyMap<string, string> {
    const doors = new Map<string, string>();
    for (const [door, target] of Object.entries(this.manifest.exports ?? {})) {
      if (typeof target === 'string') doors.set(door, target.replace(/^\.\//, ''));
    }
    return doors;
  }

  /** The line of the manifest that holds the key, counted from 1; 1 where there is none. */
  manifestLine(key: string): number {
    const at = this.manifestText.split('\n').findIndex((line) => line.includes(`"${key}"`));
    return at === -1 ? 1 : at + 1;
  }
}
