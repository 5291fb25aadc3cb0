/** What every task of a loop is doing: a snapshot for people and for programs. It only reads. */

import { checkOptions } from '../check-options.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { Continuation } from '../task/continuation.ts';
import { currentLoop } from '../task/current.ts';
import { Op } from '../task/op.ts';
import type { Operation } from '../task/operation.ts';
import type { Wait } from '../task/region.ts';
import { allTasks, currentTask, Task, taskAt } from '../task/task.ts';
import { type GeneratorLocations, locateGenerators } from './generator-location.ts';
import { originOf } from './origin.ts';
import { waitsSinceMs } from './running.ts';
import type { TaskBranch, TaskDescription, TaskNode } from './task-description.ts';
import { branchesOf, drawTasks } from './task-tree.ts';

/** All tasks of a loop at one moment. */
export interface TaskSnapshot {
  /** The oldest first. */
  readonly tasks: readonly TaskDescription[];
  /** The same as a tree: those that stand below no other. Arranged when it is called, from the snapshot. */
  branches(): readonly TaskBranch[];
  /** What is missing, and why. */
  readonly notes: readonly string[];
  /** A tree: below each task those it waits for, and those it has created that nobody waits for. */
  toString(): string;
}

/** What describeTasks looks at. */
export interface DescribeTasksOptions {
  /** Default: the current loop. */
  readonly loop?: EventLoop;
  /**
   * How many generators are located, at about 0.1 ms each after 50 to 100 ms for the first, during which the
   * thread does nothing else; 0 for none. Default 1000.
   */
  readonly maxLocations?: number;
}

/**
 * Default of `maxLocations`: 1000 generators at 0.1 ms are a tenth of a second, besides what the first costs.
 */
export const DEFAULT_MAX_LOCATIONS = 1000;

/**
 * Describes every task that is not done: what it waits for, who waits for it, and in debug mode where it was
 * created. For generators it adds file and line of each suspended frame. Print it for a tree.
 *
 * The snapshot is of the moment of the call: what happens while the promise is awaited does not change it.
 *
 * @example
 * ```ts
 * import { createTask, describeTasks, run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   createTask(() => sleep(1000), { name: 'pause' });
 *   await sleep(1);
 *   console.log(String(await describeTasks())); // └─ pause: waits for sleep
 * });
 * ```
 */
export async function describeTasks(options: DescribeTasksOptions = {}): Promise<TaskSnapshot> {
  checkOptions(options, ['loop', 'maxLocations'], 'describeTasks()');
  const { loop = currentLoop(), maxLocations = DEFAULT_MAX_LOCATIONS } = options;
  return snapshot(loop, maxLocations);
}

/** `describeTasks` without the promise, for callers that must not wait. @internal */
export function snapshot(loop: EventLoop, maxLocations: number = DEFAULT_MAX_LOCATIONS): TaskSnapshot {
  const notes: string[] = [];
  const tasks = [...allTasks(loop)];
  const locations = locate(tasks, maxLocations, notes);
  const nodes = tasks.map((task): TaskNode => {
    const waiters = waitersOf(task);
    return { task, waiters, description: describe(task, waiters, locations) };
  });
  return {
    tasks: nodes.map(({ description }) => description),
    branches: () => branchesOf(nodes),
    notes,
    toString: () => drawTasks(nodes, notes),
  };
}

function describe(
  task: Task<unknown>,
  waiters: readonly Task<unknown>[],
  locations: GeneratorLocations,
): TaskDescription {
  const waitsFor = waitsOf(task);
  const waiting: TaskDescription['state'] = waitsFor.length > 0 ? 'waiting' : 'other';
  const state = task === currentTask() ? 'running' : waiting;
  const sinceMs = state === 'waiting' ? waitsSinceMs(task) : undefined;
  return {
    name: task.name,
    state,
    waitsFor,
    waitedMs: sinceMs === undefined ? undefined : task.loop.time() - sinceMs,
    waitedForBy: waiters.map(({ name }) => name),
    parent: task.parent?.name,
    createdAt: originOf(task),
    frames: generatorsOf(task).flatMap((generator) => locations.get(generator) ?? []),
    cancelling: task.cancelling() > 0,
  };
}

/** The names of what a task waits for, in the order the waits began. */
function waitsOf(task: Task<unknown>): string[] {
  if (task.waitingOn !== undefined) return [nameOf(task.waitingOn)];
  const names: string[] = [];
  for (let wait = task.waits; wait !== undefined; wait = wait.nextWait) names.push(nameOfWait(wait));
  return names.reverse();
}

function nameOfWait(wait: Wait): string {
  return wait instanceof Continuation ? nameOf(wait.source) : ((wait as { name?: string }).name ?? 'promise');
}

function nameOf(op: Operation): string {
  return op instanceof Task ? `task "${op.name}"` : op.name;
}

/** The tasks that wait for `task`, through any number of combinators. */
function waitersOf(task: Task<unknown>): Task<unknown>[] {
  const found = new Set<Task<unknown>>();
  const seen = new Set<unknown>();
  const visit = (op: Op<unknown>): void => {
    if (seen.has(op)) return;
    seen.add(op);
    for (const waiter of op.waiters) {
      const waiting = waiter instanceof Continuation ? taskAt(waiter.place) : waiter;
      if (waiting instanceof Task) found.add(waiting);
      else if (waiter instanceof Op) visit(waiter);
    }
  };
  visit(task);
  return [...found];
}

/** The generators of a task, the innermost frame's first. */
function generatorsOf(task: Task<unknown>): object[] {
  const generators: object[] = task.generator === undefined ? [] : [task.generator];
  for (let frame = task.frame; frame !== undefined; frame = frame.below) generators.push(frame.generator);
  return generators;
}

function locate(tasks: readonly Task<unknown>[], max: number, notes: string[]): GeneratorLocations {
  const generators = tasks.flatMap(generatorsOf);
  const wanted = generators.slice(0, max);
  if (wanted.length < generators.length)
    notes.push(`${generators.length - wanted.length} generators were not located (maxLocations ${max})`);
  if (wanted.length === 0) return new Map();
  try {
    return locateGenerators(wanted);
  } catch (error) {
    notes.push(`generators could not be located: ${(error as Error).message}`);
    return new Map();
  }
}
