/**
 * Tests mirror sources, so that each concept's specification is found by its name, and every suite is run (uvu stays
 * green over one that is not).
 *
 * Does not measure coverage: that a test calls what it says it covers is proved by the step `covers`.
 */
import type { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import { isNode, nameOf, type SourceFile, type SyntaxNode } from '../source-file.ts';
import type { Tree } from '../tree.ts';

/** Folders of tests that stand for more than one source. */
const FREE_FOLDERS = /^(integration|endurance|contract|fixtures|property)\//;
/** How many lines from the top a `// covers:` comment may stand. */
const COVERS_WITHIN_LINES = 12;

/** Rule `tests`. */
export const tests: Rule = {
  name: 'tests',
  about: 'src/a/b.ts has test/a/b.test.ts (or is named by // covers:), and every suite is run',
  audit: (tree) =>
    tree.projects
      .filter((project) => project.manifest.scripts?.test !== undefined)
      .flatMap((project) => auditProject(tree, project)),
};

function auditProject(tree: Tree, project: Project): readonly Problem[] {
  const inTests = tree.sources(`${project.path}/test`);
  const testFiles = inTests.filter((source) => source.path.endsWith('.test.ts'));
  const covered = new Map(testFiles.map((file) => [file, coversOf(file)]));
  const all = new Set([...covered.values()].flatMap((covers) => covers.map(({ path }) => path)));
  return [
    ...(testFiles.length > 0 ? [] : [{ path: project.manifestPath, line: 1, message: 'add a test' }]),
    ...(project.kind === 'apps' ? [] : auditSources(tree, project, all)),
    ...testFiles.flatMap((file) => auditTwin(tree, project, file, covered.get(file) ?? [])),
    ...inTests.flatMap(auditRuns),
  ];
}

function auditSources(tree: Tree, project: Project, covered: ReadonlySet<string>): readonly Problem[] {
  const sources = tree.sources(`${project.path}/src`).filter((source) => needsTest(project, source));
  return sources.flatMap(({ path }) => {
    const inside = path.slice(project.path.length + 1);
    const twin = inside.replace(/^src\//, 'test/').replace(/\.[cm]?[jt]s$/, '.test.ts');
    if (tree.has(`${project.path}/${twin}`) || covered.has(inside)) return [];
    return [
      {
        path,
        line: 1,
        message: `write ${twin}, or name ${inside} in a '// covers:' comment of another test`,
      },
    ];
  });
}

/** Doors (files that only pass exports on), files of types alone and a tool's main have nothing to test by themselves. */
function needsTest(project: Project, source: SourceFile): boolean {
  if (!/\.[cm]?[jt]s$/.test(source.path) || source.path.endsWith('.d.ts')) return false;
  if (project.kind === 'tools' && source.path === `${project.path}/src/main.ts`) return false;
  return source.statements.some(doesSomething);
}

/** Also what a door passes on. */
function existsAtRunTime(statement: SyntaxNode): boolean {
  if (doesSomething(statement)) return true;
  return (
    /^Export(All|Named)Declaration$/.test(statement.type) &&
    isNode(statement.source) &&
    statement.exportKind !== 'type'
  );
}

function doesSomething(statement: SyntaxNode): boolean {
  switch (statement.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSDeclareFunction':
      return false;
    case 'ExportNamedDeclaration':
      return isNode(statement.declaration) && doesSomething(statement.declaration);
    default:
      return statement.declare !== true;
  }
}

/** A source that a test says it speaks for. */
export interface Cover {
  /** Path inside the project: `src/a/b.ts`. */
  readonly path: string;
  readonly line: number;
}

/** What the `// covers:` comments at the top of a test name. */
export function coversOf(file: SourceFile): readonly Cover[] {
  const lines = file.text.split('\n').slice(0, COVERS_WITHIN_LINES);
  return lines.flatMap((text, at) => {
    const list = /^(?:\/\/|\s*\*)\s*covers:\s*(.*?)\.?\s*$/.exec(text)?.[1];
    return (list ?? '')
      .split(/[,\s]+/)
      .filter((path) => path !== '')
      .map((path) => ({ path, line: at + 1 }));
  });
}

function auditTwin(
  tree: Tree,
  project: Project,
  file: SourceFile,
  covers: readonly Cover[],
): readonly Problem[] {
  const problems: Problem[] = covers
    .filter(({ path }) => !tree.has(`${project.path}/${path}`))
    .map(({ path, line }) => ({
      path: file.path,
      line,
      message: `'${path}' does not exist: name what the test covers`,
    }));
  for (const { path, line } of covers) {
    const source = tree.source(`${project.path}/${path}`);
    if (source === undefined || source.statements.some(existsAtRunTime)) continue;
    problems.push({ path: file.path, line, message: `take ${path} out of 'covers:': nothing of it runs` });
  }
  const inside = file.path.slice(`${project.path}/test/`.length);
  if (covers.length > 0 || FREE_FOLDERS.test(inside) || project.kind === 'apps') return problems;
  const twin = `src/${inside.replace(/\.test\.ts$/, '')}`;
  if (['.ts', '.mts', '.tsx', '.mjs', '.js'].some((end) => tree.has(`${project.path}/${twin}${end}`)))
    return problems;
  const message = `name the test after its source (${twin}.ts does not exist), or say '// covers: src/…' at its top`;
  return [...problems, { path: file.path, line: 1, message }];
}

function auditRuns(file: SourceFile): readonly Problem[] {
  const suites = new Map<string, SyntaxNode>();
  const run = new Set<string>();
  let calls = 0;
  let runs = 0;
  let first: SyntaxNode | undefined;
  file.walk((node) => {
    if (node.type === 'VariableDeclarator' && isSuiteCall(node.init)) suites.set(nameOf(node.id) ?? '', node);
    if (isSuiteCall(node)) {
      calls++;
      first ??= node;
    }
    const { callee } = node;
    if (node.type === 'CallExpression' && isNode(callee) && nameOf(callee.property) === 'run') {
      runs++;
      run.add(nameOf(callee.object) ?? '');
    }
    return undefined;
  });
  const idle = [...suites].filter(([name]) => !run.has(name));
  if (calls > 0 && runs === 0 && idle.length === 0) idle.push(['the suite', first as SyntaxNode]);
  return idle.map(([name, node]) => ({
    path: file.path,
    line: file.lineOf(node),
    message: `call ${name}.run(): without it none of these tests run`,
  }));
}

function isSuiteCall(value: unknown): value is SyntaxNode {
  return isNode(value) && value.type === 'CallExpression' && nameOf(value.callee) === 'suite';
}
