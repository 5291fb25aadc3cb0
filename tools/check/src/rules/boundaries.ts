/**
 * Who may import whom. Arrows between packages point one way, everything goes through public doors, and each outside
 * library has the one place that may touch it. Type imports, re-exports and `import()` count like any other.
 *
 * Does not look for cycles inside a package (cycles.ts) nor into protocol folders (sans-io.ts).
 */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import type { ModuleUse, SourceFile } from '../source-file.ts';
import type { Tree } from '../tree.ts';

/** The packages each package may import. A new package gets its row here first. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  loop: [],
  codec: [],
  threads: ['loop'],
  stream: ['loop'],
  http: ['loop', 'stream', 'codec'],
  websocket: ['loop', 'stream', 'codec'],
  crawler: ['loop', 'threads', 'stream', 'codec', 'http'],
  // The crawler and the websocket server each by one door, behind which it is an optional peer: see the fences.
  redis: ['loop', 'crawler', 'websocket'],
  'create-oxbow': [],
};

/** What an install of the small packages brings, and nothing else: it is promised in their READMEs. */
const WHOLE_INSTALL: Readonly<Record<string, readonly string[]>> = {
  loop: [],
  codec: ['msgpackr', 'eventsource-parser'],
  threads: ['@oxbow/loop'],
  stream: ['@oxbow/loop', 'rxjs'],
  'create-oxbow': [],
};

/** A module with a fence around it: the folders that may name it, and why. */
interface Fence {
  readonly modules: readonly string[];
  /** Paths that may import it. */
  readonly where: RegExp;
  /** Names that are free everywhere: they open nothing. */
  readonly freeNames?: readonly string[];
  readonly reason: string;
}

/** The outside modules that only one place may touch. */
const FENCES: readonly Fence[] = [
  {
    modules: ['undici'],
    where: /^(packages\/http\/(src|test)\/transport\/|tools\/)/,
    reason: 'undici stands behind the Transport seam: only http/src/transport imports it',
  },
  {
    modules: ['msgpackr'],
    where: /^(packages\/codec\/|tools\/)/,
    reason: 'msgpackr stands behind the Codec seam: only codec imports it',
  },
  {
    modules: ['ioredis', '@redis/client'],
    where: /^(packages\/redis\/(src\/connection|test|bench)|tools\/bench)\//,
    reason: 'the Redis clients stand behind the RedisCommands seam: only redis/src/connection imports them',
  },
  {
    modules: ['@oxbow/crawler'],
    where: /^(?!packages\/redis\/src\/(?!frontier\/))/,
    reason: 'who installs redis for its topics has no crawler: only redis/src/frontier imports it',
  },
  {
    modules: ['@oxbow/websocket'],
    where: /^(?!packages\/redis\/src\/(?!topics\/))/,
    reason: 'who installs redis for its frontier has no websocket: only redis/src/topics imports it',
  },
  {
    modules: ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'node:dgram'],
    where:
      /^(packages\/(websocket|http)\/src\/transport\/|packages\/stream\/src\/net\/|packages\/[^/]+\/(test|bench|examples|templates)\/|apps\/|tools\/)/,
    freeNames: ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'],
    reason:
      'sockets are opened in src/transport and stream/src/net only; take the connection through those seams',
  },
];

/** `@oxbow/loop/backoff` imports nothing, which its being a browser door holds. */
const NOT_IN_BROWSER =
  /^(node:|rxjs($|\/)|undici($|\/)|@oxbow\/(loop(?!\/backoff$)|threads|stream|http|websocket|crawler|redis)($|\/))/;
/** The streams are RxJS's, on the loop; both run in a page. */
const NOT_IN_BROWSER_STREAM = /^(node:|undici($|\/)|@oxbow\/(threads|http|websocket|crawler|redis)($|\/))/;

/** Doors that must run in a browser, and what nothing they reach may import. */
const BROWSER_DOORS: Readonly<Record<string, RegExp>> = {
  'packages/loop/src/index.ts': NOT_IN_BROWSER,
  'packages/loop/src/lowlevel.ts': NOT_IN_BROWSER,
  'packages/loop/src/backoff.ts': NOT_IN_BROWSER,
  'packages/stream/src/index.ts': NOT_IN_BROWSER_STREAM,
  'packages/stream/src/rx.ts': NOT_IN_BROWSER_STREAM,
  'packages/websocket/src/browser.ts': NOT_IN_BROWSER,
};

/** Rule `boundaries`. */
export const boundaries: Rule = {
  name: 'boundaries',
  about: 'imports and dependencies follow the arrows between packages, by public doors only',
  audit: (tree) => [
    ...tree.projects.flatMap((project) => auditManifest(tree, project)),
    ...tree.sources().flatMap((source) => auditSource(tree, source)),
    ...Object.entries(BROWSER_DOORS).flatMap(([door, forbidden]) => auditBrowserDoor(tree, door, forbidden)),
    ...auditDependencyCycles(tree),
  ],
};

function auditManifest(tree: Tree, project: Project): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (key: string, message: string): void => {
    problems.push({ path: project.manifestPath, line: project.manifestLine(key), message });
  };
  const allowed = MAY_IMPORT[project.folder];
  if (project.kind === 'packages' && allowed === undefined) {
    report('name', `give ${project.folder} a row in MAY_IMPORT of tools/check/src/rules/boundaries.ts`);
  }
  for (const name of project.runtimeDependencies) {
    const target = tree.byName(name);
    if (target === undefined) continue;
    const message = forbiddenArrow(project, target);
    if (message !== undefined) report(name, message);
  }
  if (project.kind !== 'packages') return problems;
  const promised = WHOLE_INSTALL[project.folder];
  for (const name of project.runtimeDependencies) {
    if (promised === undefined || promised.includes(name) || tree.byName(name) !== undefined) continue;
    report(
      name,
      `do without ${name}: ${project.name} promises to bring ${promised.join(', ') || 'nothing else'}`,
    );
  }
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = project.manifest;
  const exposesStreams = project.folder === 'stream' || '@oxbow/stream' in dependencies;
  if (exposesStreams && peerDependencies.rxjs === undefined) {
    report(
      'peerDependencies',
      'declare rxjs as a peer dependency: the package shows a Stream, which is an Observable',
    );
  }
  if ('rxjs' in dependencies) {
    report('rxjs', 'make rxjs a peer dependency, so that the user and the package share one copy');
  }
  for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
    const own = tree.byName(name) !== undefined;
    if (own && !range.startsWith('workspace:'))
      report(name, `take ${name} from the workspace: "workspace:^"`);
    if (!own && range !== 'catalog:')
      report(name, `pin ${name} in the catalog of pnpm-workspace.yaml: "catalog:"`);
  }
  return problems;
}

/** What the pages of all apps share. */
const SHELL = 'apps/shell';

/** Says why `from` may not depend on `to` at run time; undefined when it may. */
function forbiddenArrow(from: Project, to: Project): string | undefined {
  if (from === to) return undefined;
  if (to.kind === 'apps') {
    if (from.kind === 'apps' && to.path === SHELL) return undefined;
    return `do not depend on ${to.name}: nothing depends on an app, but apps on ${SHELL}`;
  }
  // The shell's testing door is for the tests of apps, and needs what tests need.
  if (to.kind === 'tools' && from.kind !== 'tools' && from.path !== SHELL) {
    return `${to.name} is a tool: use it in tests, benches and examples only, as a dev dependency`;
  }
  if (from.kind === 'packages' && !(MAY_IMPORT[from.folder] ?? []).includes(to.folder)) {
    const may = (MAY_IMPORT[from.folder] ?? []).join(', ') || 'no package';
    return `${from.folder} may not import ${to.folder} (it may import ${may})`;
  }
  return undefined;
}

function auditSource(tree: Tree, source: SourceFile): readonly Problem[] {
  const owner = tree.owner(source.path);
  if (owner === undefined) return [];
  return source.uses.flatMap((use) => {
    const message = use.specifier.startsWith('.')
      ? relativeFault(source, owner, use)
      : (fenceFault(source, use) ?? packageFault(tree, source, owner, use));
    return message === undefined ? [] : [{ path: source.path, line: use.line, message }];
  });
}

function relativeFault(source: SourceFile, owner: Project, use: ModuleUse): string | undefined {
  const target = posix.join(posix.dirname(source.path), use.specifier);
  if (!target.startsWith(`${owner.path}/`)) {
    return `import by package name: '${use.specifier}' leaves ${owner.path}`;
  }
  if (
    owner.kind === 'packages' &&
    isShipped(source.path, owner) &&
    !target.startsWith(`${owner.path}/src/`)
  ) {
    return `keep src/ by itself: '${use.specifier}' is not shipped`;
  }
  return undefined;
}

function fenceFault(source: SourceFile, use: ModuleUse): string | undefined {
  const fence = FENCES.find(({ modules }) =>
    modules.some((m) => use.specifier === m || use.specifier.startsWith(`${m}/`)),
  );
  if (fence === undefined || fence.where.test(source.path)) return undefined;
  const free = fence.freeNames;
  if (free !== undefined && use.names.length > 0 && use.names.every((name) => free.includes(name)))
    return undefined;
  return `do not import '${use.specifier}' here: ${fence.reason}`;
}

function packageFault(tree: Tree, source: SourceFile, owner: Project, use: ModuleUse): string | undefined {
  if (/^(\/|file:)/.test(use.specifier))
    return `import by package name or relative path: '${use.specifier}' is of one machine`;
  if (isBuiltin(use.specifier)) {
    return use.specifier.startsWith('node:') ? undefined : `write 'node:${use.specifier}'`;
  }
  const name = packageName(use.specifier);
  const target = tree.byName(name);
  const shipped = isShipped(source.path, owner);
  if (target !== undefined) {
    const door = use.specifier === name ? '.' : `.${use.specifier.slice(name.length)}`;
    if (!target.doors.has(door)) return `'${use.specifier}' is no public door of ${name} (see its exports)`;
  }
  if (target === owner) return shipped ? `import by relative path inside ${name}` : undefined;
  if (target !== undefined && shipped) {
    const message = forbiddenArrow(owner, target);
    if (message !== undefined) return message;
  }
  if (owner.runtimeDependencies.includes(name)) return undefined;
  if (!owner.devDependencies.includes(name)) return `declare ${name} in ${owner.manifestPath}`;
  if (shipped && owner.kind === 'packages')
    return `move ${name} from devDependencies to dependencies: src/ imports it`;
  return undefined;
}

/** Sources of a package and an app run at the user's; everything else is a tool or a test. */
function isShipped(path: string, owner: Project): boolean {
  return owner.kind !== 'tools' && path.startsWith(`${owner.path}/src/`);
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function auditBrowserDoor(tree: Tree, door: string, forbidden: RegExp): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Set([door]);
  for (const path of seen) {
    for (const use of tree.source(path)?.uses ?? []) {
      // A type of Node's is gone when the code runs; one of a package still has to be installed.
      if (use.typeOnly && use.specifier.startsWith('node:')) continue;
      if (forbidden.test(use.specifier)) {
        const message = `do not import '${use.specifier}': ${door} reaches this file and must run in a browser`;
        problems.push({ path, line: use.line, message });
      }
      const next = use.specifier.startsWith('.') ? tree.resolve(path, use.specifier) : undefined;
      if (next !== undefined) seen.add(next);
    }
  }
  return problems;
}

/** Builds run in the order of the dependencies, the dev ones included: a circle has no order. */
function auditDependencyCycles(tree: Tree): readonly Problem[] {
  const problems: Problem[] = [];
  const done = new Set<Project>();
  const enter = (project: Project, trail: readonly Project[]): void => {
    if (trail.includes(project)) {
      const circle = [...trail.slice(trail.indexOf(project)), project].map((p) => p.name).join(' → ');
      const line = project.manifestLine(trail[trail.indexOf(project) + 1]?.name ?? project.name);
      problems.push({
        path: project.manifestPath,
        line,
        message: `break the circle of dependencies ${circle}`,
      });
      return;
    }
    if (done.has(project)) return;
    done.add(project);
    for (const name of [...project.runtimeDependencies, ...project.devDependencies]) {
      const target = tree.byName(name);
      if (target !== undefined) enter(target, [...trail, project]);
    }
  };
  for (const project of tree.projects) enter(project, []);
  return problems;
}
