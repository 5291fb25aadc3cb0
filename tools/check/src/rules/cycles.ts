/**
 * No file of a project may import itself through others, type imports included: knots start with types.
 *
 * Looks inside one project at a time; between projects the arrows of boundaries.ts leave no room for a circle.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import type { Tree } from '../tree.ts';

/** Rule `cycles`. */
export const cycles: Rule = {
  name: 'cycles',
  about: 'no import cycles inside a project, type imports included',
  audit: (tree) => tree.projects.flatMap((project) => auditFiles(tree, tree.sources(project.path))),
};

type Graph = ReadonlyMap<string, ReadonlyMap<string, number>>;

function auditFiles(tree: Tree, sources: readonly SourceFile[]): readonly Problem[] {
  const graph = importGraph(tree, sources);
  return knots(graph).map((knot) => {
    const circle = shortestCircle(graph, knot);
    const [first = '', second = first] = circle;
    const line = graph.get(first)?.get(second) ?? 1;
    const names = [...circle, first].map((path) => path.replace(/^[^/]+\/[^/]+\//, '')).join(' → ');
    const size = knot.length > circle.length ? ` (part of a knot of ${knot.length} files)` : '';
    return {
      path: first,
      line,
      message: `cut the import cycle ${names}${size}: move what both need to a file of its own`,
    };
  });
}

/** For each file, the files it imports with the line of the first import. */
function importGraph(tree: Tree, sources: readonly SourceFile[]): Graph {
  const graph = new Map<string, Map<string, number>>();
  for (const source of sources) {
    const targets = new Map<string, number>();
    for (const use of source.uses) {
      const target = use.specifier.startsWith('.') ? tree.resolve(source.path, use.specifier) : undefined;
      if (target !== undefined && !targets.has(target)) targets.set(target, use.line);
    }
    graph.set(source.path, targets);
  }
  return graph;
}

/** The strongly connected components with a cycle in them (Tarjan 1972), each sorted. */
function knots(graph: Graph): readonly (readonly string[])[] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): void => {
    const index = order.size;
    order.set(path, index);
    low.set(path, index);
    stack.push(path);
    for (const target of graph.get(path)?.keys() ?? []) {
      if (!order.has(target)) {
        visit(target);
        low.set(path, Math.min(low.get(path) ?? index, low.get(target) ?? index));
      } else if (stack.includes(target)) {
        low.set(path, Math.min(low.get(path) ?? index, order.get(target) ?? index));
      }
    }
    if (low.get(path) !== index) return;
    const knot = stack.splice(stack.indexOf(path));
    if (knot.length > 1 || graph.get(path)?.has(path)) found.push(knot.sort());
  };
  for (const path of graph.keys()) if (!order.has(path)) visit(path);
  return found.sort((a, b) => String(a).localeCompare(String(b)));
}

/** The shortest way from the first file of the knot back to itself. */
function shortestCircle(graph: Graph, knot: readonly string[]): readonly string[] {
  const [start = ''] = knot;
  const trails: string[][] = [[start]];
  const seen = new Set<string>();
  for (const trail of trails) {
    for (const target of graph.get(trail.at(-1) ?? '')?.keys() ?? []) {
      if (target === start) return trail;
      if (seen.has(target) || !knot.includes(target)) continue;
      seen.add(target);
      trails.push([...trail, target]);
    }
  }
  return knot;
}
