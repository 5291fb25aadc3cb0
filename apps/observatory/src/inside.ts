/** Looks inside of the crawler: what limits it, and what every task of its event loop waits for. Reads, and changes nothing. */
import type { CrawlJob } from '@oxbow/crawler/command';
import { describeTasks, type TaskBranch } from '@oxbow/loop';
import type { Inside, StageFigures, TaskRow } from './feed-message.ts';

/** Tasks listed; a crawl has one for each request, and some more. */
export const MAX_TASKS = 150;
/** A tree deeper than this is drawn no further to the right. */
const MAX_DEPTH = 12;
const MAX_NAME_CHARACTERS = 160;

type FlowReport = ReturnType<CrawlJob['why']>;
type FlowStage = FlowReport['consumers'][number];

/** @param why what the crawl says of itself @param hasEnded whether there is nothing left to wait for */
export async function lookInside(why: FlowReport, hasEnded = false): Promise<Inside> {
  // Where a generator stands would stop the loop for a moment, and nobody here would read it.
  const snapshot = await describeTasks({ maxLocations: 0 });
  const tasks = rowsOf(snapshot.branches());
  return {
    kind: 'inside',
    why: hasEnded ? 'The crawl has ended.' : String(why),
    stages: why.consumers.slice(0, 1).flatMap(stagesOf),
    tasks: tasks.slice(0, MAX_TASKS),
    otherTasks: Math.max(0, tasks.length - MAX_TASKS),
  };
}

/** The stages of one consumer in the order in which a page passes them. */
function stagesOf(stage: FlowStage): StageFigures[] {
  const { name, queued, paused, passesOn, waitsFor, upstream } = stage;
  return [
    ...upstream.flatMap(stagesOf),
    { name: cut(name), queued, holdsBack: paused && !passesOn, waitsFor: cut(waitsFor) },
  ];
}

/** Trees as rows, each task above those below it; without recursion, as a chain may be long. */
export function rowsOf(branches: readonly TaskBranch[]): TaskRow[] {
  const rows: TaskRow[] = [];
  const open = branches.toReversed().map((branch) => ({ branch, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { task, below } = next.branch;
    rows.push([Math.min(next.depth, MAX_DEPTH), cut(task.name), cut(doingOf(task))]);
    const depth = next.depth + 1;
    open.push(...below.toReversed().map((branch) => ({ branch, depth })));
  }
  return rows;
}

function doingOf({ state, waitsFor, waitedMs, cancelling }: TaskBranch['task']): string {
  const waiting = waitedMs === undefined ? '' : ` for ${Math.round(waitedMs)} ms`;
  const doing = {
    running: 'running',
    waiting: `waits for ${waitsFor.join(', ')}${waiting}`,
    other: 'ready, or awaits a promise',
  }[state];
  return cancelling ? `${doing}, being cancelled` : doing;
}

function cut(text: string): string {
  return text.length <= MAX_NAME_CHARACTERS ? text : `${text.slice(0, MAX_NAME_CHARACTERS - 1)}…`;
}
