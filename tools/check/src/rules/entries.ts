/**
 * Every package has the same entries, the same script verbs and the same shape of manifest, and project references
 * equal the workspace dependencies (TypeScript does not notice a missing one).
 *
 * Does not judge what is inside the entries.
 */
import { posix } from 'node:path';
import type { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import type { Tree } from '../tree.ts';

const PACKAGE_FILES = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.test.json',
  'README.md',
  'CHANGELOG.md',
];
const PACKAGE_FOLDERS = ['src', 'test', 'bench', 'examples'];
/** A package that only `npm create` runs has nothing to measure, and its templates are the examples. */
const STARTER_FOLDERS = ['src', 'test', 'templates'];
const APP_FILES = ['package.json', 'tsconfig.json', 'README.md'];
const APP_FOLDERS = ['src', 'test'];

/** The oldest Node the project is proven on. */
const ENGINES = '>=22.19';

/** Tools that run before the pinned Node is there. */
const RUNS_ON_OLDER_NODE = ['tools/bootstrap'];

/** Verbs that only packages with a long proof have. */
const OPTIONAL_SCRIPTS = ['soak'];

/** The verbs every package answers to, and how. */
const PACKAGE_SCRIPTS: Readonly<Record<string, string>> = {
  build:
    'tsc -b tsconfig.build.json && node --disable-warning=ExperimentalWarning ../../tools/bootstrap/join.mjs',
  typecheck: 'tsc -b',
  test: 'oxbow-test',
  publint: 'node ../../tools/bootstrap/pack.mjs',
};

/** Fields whose value is the same in every package. */
const PACKAGE_FIELDS: Readonly<Record<string, unknown>> = {
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  files: ['dist', '!dist/.tsbuildinfo', 'src', 'README.md', 'CHANGELOG.md'],
};

/** What is published of a package that `npm create` runs. */
const STARTER_FILES = ['dist', '!dist/.tsbuildinfo', 'src', 'templates', 'README.md', 'CHANGELOG.md'];

/** Rule `entries`. */
export const entries: Rule = {
  name: 'entries',
  about: 'every package has the same entries, scripts, exports and references (--fix writes references)',
  audit: (tree) => [
    ...tree.emptyFolders.map((path) => ({ path, line: 1, message: 'remove the empty folder' })),
    ...tree.projects.flatMap((project) => [
      ...auditEntries(tree, project),
      ...auditManifest(tree, project),
      ...auditReferences(tree, project),
    ]),
    ...auditRoot(tree),
  ],
};

function auditEntries(tree: Tree, project: Project): readonly Problem[] {
  const { kind, path } = project;
  const files = kind === 'packages' ? PACKAGE_FILES : kind === 'apps' ? APP_FILES : ['package.json'];
  const packageFolders = isStarter(project) ? STARTER_FOLDERS : PACKAGE_FOLDERS;
  const folders = kind === 'packages' ? packageFolders : kind === 'apps' ? APP_FOLDERS : [];
  const missing = [...files, ...folders.map((folder) => `${folder}/`)].filter(
    (entry) => !tree.has(`${path}/${entry.replace(/\/$/, '')}`),
  );
  return missing.map((entry) => ({
    path: project.manifestPath,
    line: 1,
    message: `add ${entry}: every ${kind === 'packages' ? 'package' : kind === 'apps' ? 'app' : 'tool'} has it`,
  }));
}

/** Whether `npm create` runs the package. */
function isStarter({ kind, folder }: Project): boolean {
  return kind === 'packages' && folder.startsWith('create-');
}

function auditManifest(tree: Tree, project: Project): readonly Problem[] {
  const problems: Problem[] = [];
  const { manifest } = project;
  const expect = (key: string, actual: unknown, wanted: unknown): void => {
    if (JSON.stringify(actual) === JSON.stringify(wanted)) return;
    const line = project.manifestLine(key);
    problems.push({ path: project.manifestPath, line, message: `set ${key} to ${JSON.stringify(wanted)}` });
  };
  if (!RUNS_ON_OLDER_NODE.includes(project.path)) expect('engines', manifest.engines, { node: ENGINES });
  expect('type', manifest.type, 'module');
  if (!manifest.description) expect('description', manifest.description, 'one line on its purpose');
  if (manifest.version === undefined) expect('version', manifest.version, '0.0.0');
  if (project.kind !== 'packages') {
    expect('private', manifest.private, true);
    return problems;
  }
  const fields = isStarter(project) ? { ...PACKAGE_FIELDS, files: STARTER_FILES } : PACKAGE_FIELDS;
  for (const [key, wanted] of Object.entries(fields))
    expect(key, manifest[key as keyof typeof manifest], wanted);
  for (const [verb, command] of Object.entries(PACKAGE_SCRIPTS))
    expect(verb, manifest.scripts?.[verb], command);
  for (const verb of Object.keys(manifest.scripts ?? {})) {
    const without = tree.packages.filter(({ manifest: { scripts } }) => scripts?.[verb] === undefined);
    const names = without.map(({ folder }) => folder).join(', ');
    if (without.length === 0 || OPTIONAL_SCRIPTS.includes(verb)) continue;
    const message = `give ${names} the script '${verb}' too, or take it away: packages share their verbs`;
    problems.push({ path: project.manifestPath, line: project.manifestLine(verb), message });
  }
  expect('access', manifest.publishConfig?.access, 'public');
  return [...problems, ...auditExports(tree, project), ...auditBuild(tree, project)];
}

/** The compiler writes declarations only: the JavaScript of `dist/` is joined, and would be written over by the next type check. */
function auditBuild(tree: Tree, { path }: Project): readonly Problem[] {
  const file = `${path}/tsconfig.build.json`;
  const config = readConfig(tree, file);
  if (typeof config !== 'object' || config.compilerOptions?.emitDeclarationOnly === true) return [];
  return [
    { path: file, line: 1, message: 'set emitDeclarationOnly: join.mjs writes the JavaScript of dist/' },
  ];
}

function auditExports(tree: Tree, project: Project): readonly Problem[] {
  const problems: Problem[] = [];
  const { exports = {}, publishConfig } = project.manifest;
  const report = (key: string, message: string): void => {
    problems.push({ path: project.manifestPath, line: project.manifestLine(key), message });
  };
  const wanted: Record<string, unknown> = {};
  for (const [door, target] of Object.entries(exports)) {
    if (typeof target !== 'string') {
      report(door, `let the door '${door}' point at one source file`);
      continue;
    }
    if (!tree.has(posix.join(project.path, target)))
      report(door, `write ${target}, or close the door '${door}'`);
    const built = /^\.\/src\/(.*)\.ts$/.exec(target)?.[1];
    wanted[door] =
      built === undefined ? target : { types: `./dist/${built}.d.ts`, default: `./dist/${built}.js` };
  }
  for (const door of ['.', './package.json'])
    if (!(door in exports)) report('exports', `open the door '${door}'`);
  if (JSON.stringify(publishConfig?.exports) !== JSON.stringify(wanted)) {
    report('publishConfig', `let publishConfig.exports mirror exports: ${JSON.stringify(wanted)}`);
  }
  return problems;
}

/** A tsconfig file with the references it should have. */
interface Wanted {
  readonly path: string;
  readonly references: readonly string[];
}

/** Whether the project is a workspace of its own, installed only by the command that needs it. */
function standsAlone(tree: Tree, { path }: Project): boolean {
  const globs = tree.files.get('pnpm-workspace.yaml') ?? '';
  return [...globs.matchAll(/^\s*- ['"]?!([^\s'"]+)/gm)].some(([, folder]) => folder === path);
}

function auditReferences(tree: Tree, project: Project): readonly Problem[] {
  if (standsAlone(tree, project)) return [];
  return wantedReferences(tree, project).flatMap((wanted) => compareReferences(tree, wanted));
}

function wantedReferences(tree: Tree, project: Project): readonly Wanted[] {
  const target = (name: string): string[] => {
    const dependency = tree.byName(name);
    if (dependency === undefined || dependency === project) return [];
    const file = ['tsconfig.build.json', 'tsconfig.json'].find((f) => tree.has(`${dependency.path}/${f}`));
    return file === undefined ? [] : [posix.relative(project.path, `${dependency.path}/${file}`)];
  };
  const runtime = project.runtimeDependencies.flatMap(target).sort();
  const dev = project.devDependencies.flatMap(target).sort();
  const at = (file: string): string => `${project.path}/${file}`;
  if (project.kind !== 'packages') return [{ path: at('tsconfig.json'), references: [...runtime, ...dev] }];
  return [
    { path: at('tsconfig.json'), references: ['./tsconfig.build.json', './tsconfig.test.json'] },
    { path: at('tsconfig.build.json'), references: runtime },
    { path: at('tsconfig.test.json'), references: testReferences(tree, project, runtime, dev) },
  ];
}

/** Tests see a package as it is built, unless that leaves internals out: then they compile its sources themselves. */
function testReferences(
  tree: Tree,
  project: Project,
  runtime: readonly string[],
  dev: readonly string[],
): readonly string[] {
  const build = readConfig(tree, `${project.path}/tsconfig.build.json`);
  const stripped = typeof build === 'object' && build.compilerOptions?.stripInternal === true;
  return stripped ? [...new Set([...runtime, ...dev])] : ['./tsconfig.build.json', ...dev];
}

function auditRoot(tree: Tree): readonly Problem[] {
  const references = tree.projects
    .filter((project) => tree.has(`${project.path}/tsconfig.json`) && !standsAlone(tree, project))
    .map(({ path }) => path);
  return compareReferences(tree, { path: 'tsconfig.json', references });
}

/** The project of which a reference names a part: `../shell/tsconfig.page.json` stands for `../shell/tsconfig.json`. */
function wholeOf(reference: string): string {
  return reference.replace(/tsconfig\.(node|page)\.json$/, 'tsconfig.json');
}

function compareReferences(tree: Tree, { path, references }: Wanted): readonly Problem[] {
  const config = readConfig(tree, path);
  if (config === undefined) return [];
  if (config === 'unreadable') {
    return [{ path, line: 1, message: 'write plain JSON without comments, so that --fix can keep it' }];
  }
  const actual = pathsOf(config);
  const parts = actual.filter((reference) => reference.startsWith('./') && !references.includes(reference));
  // A project compiled in parts (node and page) spreads its references over them: only a person knows which needs what.
  const spread = parts.flatMap((part) => {
    const partConfig = readConfig(tree, posix.join(posix.dirname(path), part));
    return typeof partConfig === 'object' ? pathsOf(partConfig).filter((each) => !each.startsWith('./')) : [];
  });
  const given = new Set([...actual.filter((each) => !parts.includes(each)), ...spread.map(wholeOf)]);
  if (String([...given].sort()) === String([...references].sort())) return [];
  const fixed = { ...config, references: references.map((reference) => ({ path: reference })) };
  const text = tree.files.get(path) ?? '';
  const line =
    Math.max(
      0,
      text.split('\n').findIndex((each) => each.includes('"references"')),
    ) + 1;
  const wanted = references.join(', ') || 'none';
  if (parts.length > 0) {
    return [
      {
        path,
        line,
        message: `let the references of its parts together equal the workspace dependencies: ${wanted}`,
      },
    ];
  }
  const message = `let references equal the workspace dependencies: ${wanted} (npm run check -- --fix)`;
  return [{ path, line, message, fix: `${JSON.stringify(fixed, null, 2)}\n` }];
}

interface TsConfig {
  readonly compilerOptions?: { readonly stripInternal?: boolean; readonly emitDeclarationOnly?: boolean };
  readonly references?: readonly { readonly path: string }[];
}

function readConfig(tree: Tree, path: string): TsConfig | 'unreadable' | undefined {
  const text = tree.files.get(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as TsConfig;
  } catch {
    return 'unreadable';
  }
}

function pathsOf(config: TsConfig): readonly string[] {
  return (config.references ?? []).map((reference) => reference.path);
}
