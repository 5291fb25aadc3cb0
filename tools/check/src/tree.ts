/**
 * The repository as the rules see it: every text file by path, the projects, the parsed sources. A value in memory, so
 * that a rule's test is a handful of made-up files.
 *
 * Does not read the disk (see read-tree.ts) and judges nothing.
 */
import { posix } from 'node:path';
import { PROJECT_KINDS, Project } from './project.ts';
import { SourceFile } from './source-file.ts';

/** What is known of the tree beside the text of its files. */
export interface TreeFacts {
  /** Folders that hold no file, from the root. */
  readonly emptyFolders?: readonly string[];
  /** Paths that exist and are not read as text: pictures, archives. */
  readonly binaries?: readonly string[];
  /** Host of the registry this machine installs from; it must not be named in the repository. */
  readonly registryHost?: string;
}

const CODE = /\.[cm]?[jt]sx?$/;

/** A reading of the whole tree. */
export class Tree {
  /** Text of every file by path from the root. */
  readonly files: ReadonlyMap<string, string>;
  /** The projects, by folder in the order packages, apps, tools. */
  readonly projects: readonly Project[];
  readonly emptyFolders: readonly string[];
  readonly registryHost: string | undefined;
  readonly #known: ReadonlySet<string>;
  readonly #sources = new Map<string, SourceFile>();

  constructor(files: Readonly<Record<string, string>>, facts: TreeFacts = {}) {
    this.files = new Map(Object.entries(files));
    this.emptyFolders = facts.emptyFolders ?? [];
    this.registryHost = facts.registryHost;
    this.#known = withFolders([...this.files.keys(), ...(facts.binaries ?? [])]);
    this.projects = PROJECT_KINDS.flatMap((kind) =>
      [...this.files]
        .map(([path, text]) => ({ text, match: new RegExp(`^${kind}/([^/]+)/package\\.json$`).exec(path) }))
        .filter(({ match }) => match !== null)
        .map(({ text, match }) => new Project(kind, match?.[1] ?? '', text)),
    );
  }

  /** The packages alone: what is published. */
  get packages(): readonly Project[] {
    return this.projects.filter((project) => project.kind === 'packages');
  }

  /** Whether a file or a folder stands at the path. */
  has(path: string): boolean {
    return this.#known.has(path);
  }

  /** The project that owns a path, if any. */
  owner(path: string): Project | undefined {
    return this.projects.find((project) => path.startsWith(`${project.path}/`));
  }

  /** The project of that package name, if any. */
  byName(name: string): Project | undefined {
    return this.projects.find((project) => project.name === name);
  }

  /** Paths that start with `folder/`, in order. */
  under(folder: string): readonly string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`));
  }

  /** The parsed file at the path; undefined where there is none. */
  source(path: string): SourceFile | undefined {
    const text = this.files.get(path);
    if (text === undefined) return undefined;
    let source = this.#sources.get(path);
    if (source === undefined) this.#sources.set(path, (source = new SourceFile(path, text)));
    return source;
  }

  /** All code files of packages, apps and tools (fixtures are data, not code), narrowed to a folder where given. */
  sources(folder?: string): readonly SourceFile[] {
    const paths =
      folder === undefined ? PROJECT_KINDS.flatMap((kind) => this.under(kind)) : this.under(folder);
    return paths
      .filter((path) => CODE.test(path) && !path.includes('/fixtures/'))
      .map((path) => this.source(path))
      .filter((source) => source !== undefined);
  }

  /** The file a relative specifier means, seen from `from`; undefined where there is none. */
  resolve(from: string, specifier: string): string | undefined {
    const target = posix.join(posix.dirname(from), specifier.replace(/[?#].*$/, ''));
    const tries = [target, target.replace(/\.js$/, '.ts'), target.replace(/\.mjs$/, '.mts')];
    return tries.find((path) => this.files.has(path));
  }
}

function withFolders(paths: readonly string[]): ReadonlySet<string> {
  const known = new Set(paths);
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      known.add(path.slice(0, at));
  }
  return known;
}
