/**
 * Draws tasks as a tree: below each task what it waits for, and what it has started that nobody waits for.
 */

import type { Task } from '../task/task.ts';
import type { TaskBranch, TaskDescription, TaskNode } from './task-description.ts';

/** How many tasks may stand below each other. A longer chain is cut: nobody reads it, and its lines would be as long as it. */
const MAX_DEPTH = 50;

/** Draws the tree and the notes below it; every line ends in a newline. */
export function drawTasks(nodes: readonly TaskNode[], notes: readonly string[]): string {
  const lines: string[] = [];
  const { roots, below } = arrange(nodes);
  for (const root of roots) draw(root, '', '', below, lines, 1);
  if (nodes.length === 0) lines.push('no tasks');
  for (const note of notes) lines.push(`note: ${note}`);
  return `${lines.join('\n')}\n`;
}

/** The same tree as values, of any depth. */
export function branchesOf(nodes: readonly TaskNode[]): readonly TaskBranch[] {
  const { roots, below } = arrange(nodes);
  const branches = new Map(
    nodes.map((node) => [node, { task: node.description, below: [] as TaskBranch[] }]),
  );
  for (const [node, branch] of branches) {
    for (const child of below.get(node) ?? []) branch.below.push(branches.get(child)!);
  }
  return roots.map((root) => branches.get(root)!);
}

interface Arrangement {
  readonly roots: readonly TaskNode[];
  readonly below: ReadonlyMap<TaskNode, readonly TaskNode[]>;
}

/** Gives each task one place: under the first that waits for it, else under its creator. */
function arrange(nodes: readonly TaskNode[]): Arrangement {
  const nodeOf = new Map<Task<unknown>, TaskNode>(nodes.map((node) => [node.task, node]));
  const above = new Map<TaskNode, TaskNode>();
  const place = (node: TaskNode, candidates: readonly (Task<unknown> | undefined)[]): void => {
    if (above.has(node)) return;
    for (const candidate of candidates) {
      const upper = candidate === undefined ? undefined : nodeOf.get(candidate);
      // Tasks may wait for each other in a circle. The one that would close it becomes a root.
      if (upper === undefined || leadsTo(upper, node, above)) continue;
      above.set(node, upper);
      return;
    }
  };
  for (const node of nodes) place(node, node.waiters);
  for (const node of nodes) place(node, [node.task.parent]);
  const below = new Map<TaskNode, TaskNode[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) below.get(above.get(node)!)?.push(node);
  return { roots: nodes.filter((node) => !above.has(node)), below };
}

function leadsTo(from: TaskNode, to: TaskNode, above: ReadonlyMap<TaskNode, TaskNode>): boolean {
  for (let node: TaskNode | undefined = from; node !== undefined; node = above.get(node)) {
    if (node === to) return true;
  }
  return false;
}

function draw(
  node: TaskNode,
  first: string,
  rest: string,
  below: Arrangement['below'],
  lines: string[],
  depth: number,
): void {
  const { description } = node;
  const children = below.get(node) ?? [];
  const margin = `${rest}${children.length > 0 ? '│ ' : '  '}  `;
  lines.push(`${first}${headline(description)}`);
  for (const frame of description.frames) lines.push(`${margin}at ${frame}`);
  if (description.createdAt !== undefined) lines.push(`${margin}created at ${description.createdAt}`);
  if (depth === MAX_DEPTH && children.length > 0) {
    lines.push(`${rest}└─ … and ${countBelow(node, below)} more below`);
    return;
  }
  children.forEach((child, index) => {
    const last = index === children.length - 1;
    draw(child, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`, below, lines, depth + 1);
  });
}

function countBelow(node: TaskNode, below: Arrangement['below']): number {
  const open = [...(below.get(node) ?? [])];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    count++;
    open.push(...(below.get(next) ?? []));
  }
  return count;
}

function headline(task: TaskDescription): string {
  const doing: Record<TaskDescription['state'], string> = {
    running: 'running',
    waiting: `waits for ${task.waitsFor.join(', ')}${lasting(task.waitedMs)}`,
    other: 'ready, or awaits a promise the loop cannot see',
  };
  return `${task.name}: ${doing[task.state]}${task.cancelling ? ', being cancelled' : ''}`;
}

function lasting(ms: number | undefined): string {
  if (ms === undefined) return '';
  return ms < 1000 ? `, for ${Math.round(ms)} ms` : `, for ${(ms / 1000).toFixed(1)} s`;
}
