import { assert, suite } from '@oxbow/testkit';
import { createTask, currentLoop, EventLoop, sleep } from '../../src/index.ts';
import { attachInstrument, type Instrument } from '../../src/lowlevel.ts';
import { virtually } from '../forms.ts';

const test = suite('instruments');

/** Writes down what it is told, in the order it is told. */
class Notebook implements Instrument {
  readonly notes: string[] = [];
  taskCreated(task: { name: string }, parent: { name: string } | undefined): void {
    this.notes.push(`${parent?.name} creates ${task.name}`);
  }
  taskDone(task: { name: string }): void {
    this.notes.push(`${task.name} is done`);
  }
  waitBegan(task: { name: string }, what: { name: string }): void {
    this.notes.push(`${task.name} awaits ${what.name}`);
  }
  waitEnded(task: { name: string }, what: { name: string }): void {
    this.notes.push(`${task.name} has awaited ${what.name}`);
  }
}

test('are told of tasks and of what async functions await', async () => {
  const notebook = new Notebook();
  await virtually(async function main() {
    const detach = attachInstrument(currentLoop(), notebook);
    await createTask(async function child() {
      await sleep(5);
    });
    detach();
    detach();
    await createTask(async () => {});
  });
  assert.equal(notebook.notes, [
    'main creates child',
    'main awaits child',
    'child awaits sleep',
    'child has awaited sleep',
    'child is done',
    'main has awaited child',
  ]);
});

test('may be several; the last to go leaves the slot empty', async () => {
  const loop = new EventLoop();
  const [first, second] = [new Notebook(), new Notebook()];
  const turns: string[] = [];
  const undo = [
    attachInstrument(loop, first),
    attachInstrument(loop, second),
    attachInstrument(loop, { turnBegin: () => turns.push('begin'), turnEnd: () => turns.push('end') }),
  ];
  await new Promise<void>((resolve) => {
    loop.callSoon(() => setImmediate(resolve));
  });
  assert.equal(turns, ['begin', 'end']);
  for (const each of undo) each();
  assert.is(loop.instrument, undefined);
  loop.close();
});

test.run();
