/** The inside of the crawler: what limits it, what waits in each stage of its pipeline, and what every task waits for. */
import { element } from '@oxbow/shell/page';
import type { Inside, StageFigures, TaskRow } from '../feed-message.ts';
import { byId, showText } from './elements.ts';
import { listRows } from './rows.ts';

/** Shows one look inside. */
export function showInside({ why, stages, tasks, otherTasks }: Inside): void {
  showText(byId('why'), why);
  byId('stages').hidden = stages.length === 0;
  listRows(byId('stages'), stages, '', {
    keyOf: ({ name }) => name,
    make: (stage) => {
      const row = element('li', '', element('b', ''), element('span', 'queued'), element('span', 'waits'));
      updateStage(row, stage);
      return row;
    },
    update: updateStage,
  });
  const rows = tasks.map((task, at) => [at, task] as const);
  listRows(byId('tasks'), rows, 'no tasks', {
    keyOf: ([at, [depth, name]]) => `${at} ${depth} ${name}`,
    make: ([, task]) => {
      const row = element('li', '', element('span', 'task'), element('span', 'doing'));
      row.style.setProperty('--depth', String(task[0]));
      updateTask(row, task);
      return row;
    },
    update: (row, [, task]) => updateTask(row, task),
  });
  showText(byId('task-note'), `${(tasks.length + otherTasks).toLocaleString()} tasks`);
  showText(byId('other-tasks'), otherTasks === 0 ? '' : `and ${otherTasks.toLocaleString()} more`);
}

function updateStage(row: HTMLElement, { name, queued, holdsBack, waitsFor }: StageFigures): void {
  const [title, count, waits] = row.children as unknown as HTMLElement[];
  row.className = holdsBack ? 'holds-back' : '';
  if (title !== undefined) showText(title, name);
  if (count !== undefined) showText(count, queued.toLocaleString());
  if (waits !== undefined)
    showText(waits, holdsBack ? `holds back, waits for ${waitsFor}` : `waits for ${waitsFor}`);
}

function updateTask(row: HTMLElement, [, name, doing]: TaskRow): void {
  const [title, state] = row.children as unknown as HTMLElement[];
  if (title !== undefined) showText(title, name);
  if (state !== undefined) showText(state, doing);
}
