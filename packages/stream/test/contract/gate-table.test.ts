/**
 * The table of every RxJS operator: does the gate pass through it, and what does a fast source emit while its consumer
 * hangs? Written to docs/gate-table.md by `OXBOW_WRITE_GATE_TABLE=1 node test/contract/gate-table.test.ts`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { Stream } from '@oxbow/stream';
import * as rxDoor from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import * as stock from 'rxjs';
import * as operatorModule from 'rxjs/operators';
import { type CatalogEntry, OPERATOR_CATALOG, type Operators } from '../fixtures/operator-catalog.ts';

const test = suite('gate table');
const TABLE = new URL('../../docs/gate-table.md', import.meta.url);

/** What the source would emit if nobody held it back. */
const OFFERED = 5000;
/** Values of one turn of the source. */
const PER_TURN = 500;
/** Held: the consumer's 64, a stage's 64, and what was on its way. */
const HELD_ITEMS = 200;

/** Names `rxjs/operators` still exports beside their successors in `rxjs`. */
const FORMER_NAMES = new Set([
  'combineLatest',
  'concat',
  'merge',
  'onErrorResumeNext',
  'partition',
  'race',
  'zip',
]);

interface Outcome {
  readonly seesGate: boolean;
  readonly emitted: number;
}

/** A source that obeys, a consumer that takes one value and hangs. */
async function measure(entry: CatalogEntry, operators: Operators): Promise<Outcome> {
  let emitted = 0;
  let seesGate = false;
  const source = new Stream<number>((out, flow) => {
    // The flow of a consumer with unlimited demand is one shared, frozen object.
    seesGate = !Object.isFrozen(flow);
    let scheduled = false;
    const pump = (): void => {
      scheduled = false;
      for (let i = 0; i < PER_TURN && emitted < OFFERED && !out.closed; i++) {
        if (flow.paused) {
          flow.onResume(schedule);
          return;
        }
        out.next(emitted++);
      }
      if (emitted < OFFERED && !out.closed) schedule();
    };
    const schedule = (): void => {
      if (scheduled) return;
      scheduled = true;
      setImmediate(pump);
    };
    schedule();
  });
  const iterator = Stream.from(source.pipe(entry.make(operators))).values();
  iterator.next().catch(() => {});
  for (let turn = 0; turn < 4 + OFFERED / PER_TURN; turn++)
    await new Promise((resolve) => setImmediate(resolve));
  await iterator.return();
  return { seesGate, emitted };
}

function verdict(entry: CatalogEntry, { seesGate, emitted }: Outcome): string {
  if (!seesGate) return '**cut**';
  if (emitted <= HELD_ITEMS) return 'passes, held';
  return entry.kind === 'folds' || entry.kind === 'drops'
    ? `passes, ${entry.kind}`
    : '**passes, hides a backlog**';
}

const rows: string[] = [];

test('the catalog names every operator RxJS exports', () => {
  const known = new Set(OPERATOR_CATALOG.map(({ name }) => name));
  const operators = Object.entries(operatorModule)
    .filter(([name, value]) => typeof value === 'function' && !known.has(name) && !FORMER_NAMES.has(name))
    .map(([name]) => name);
  assert.equal(operators, []);
});

test('every operator of the rx door lets the gate pass and holds a fast source back', async () => {
  const failures: string[] = [];
  for (const entry of OPERATOR_CATALOG) {
    const inStock = verdict(entry, await measure(entry, stock as unknown as Operators));
    let inDoor = 'left out';
    if (entry.name in rxDoor) {
      const outcome = await measure(entry, { ...stock, ...rxDoor } as unknown as Operators);
      inDoor = verdict(entry, outcome);
      const { name } = entry;
      const collects = entry.kind === 'collects' && outcome.seesGate && outcome.emitted > HELD_ITEMS;
      if (collects) inDoor = name === 'toArray' ? 'passes, collects all, as asked' : 'passes, capped';
      if (inDoor.startsWith('**')) failures.push(`${entry.name}: ${inDoor}`);
    }
    const whose =
      inDoor === 'left out'
        ? ''
        : (rxDoor as Record<string, unknown>)[entry.name] === (stock as Record<string, unknown>)[entry.name]
          ? "RxJS's"
          : 'ours';
    rows.push(`| ${entry.name} | ${inStock} | ${inDoor} | ${whose} |`);
  }
  assert.equal(failures, []);
});

test('docs/gate-table.md is what was measured', async () => {
  const table = render();
  if (process.env.OXBOW_WRITE_GATE_TABLE === '1') await writeFile(TABLE, table);
  assert.is(
    await readFile(TABLE, 'utf8'),
    table,
    'run OXBOW_WRITE_GATE_TABLE=1 node test/contract/gate-table.test.ts',
  );
});

function render(): string {
  return [
    '# The gate through every RxJS operator',
    '',
    `Measured by \`test/contract/gate-table.test.ts\`: a source that obeys the gate offers ${OFFERED} values, its consumer takes one`,
    `and hangs. *Held*: the source emitted at most ${HELD_ITEMS}. *Drops*, *folds*: it ran on, and nothing piles up, because`,
    'the operator forgets values by its definition. *Capped*: it keeps what its notifier asks it to keep, and fails at a',
    'named limit. *Hides a backlog*: the values pile up inside. *Cut*: the source never learns of its consumer.',
    '',
    '## What being held back may change',
    '',
    'Time, and nothing else, wherever all sources obey the gate: `test/conformance/held-back.test.ts` holds random chains of',
    'the operators of `@oxbow/stream/rx` under slow readers against RxJS. Three things depend on time in RxJS too:',
    '',
    '- Several inner streams at once (`mergeMap`, `mergeAll`, `expand` with more than one place) take turns when they were held',
    '  back. All of their values come, each in its own order; the order between them is promised for one place only.',
    '- `switchMap`, `switchAll`, `exhaustMap` let an inner array or iterable out whole before the source goes on, as RxJS does',
    '  in one call. An inner stream that waits for something of its own may go on for longer than in RxJS: the value that switches it',
    '  off is held back as well. Put that source through `control()` where it must get through.',
    '- A source may go on while it is paused: a Subject, `of` or `endWith` of `rxjs` itself, all groups that end at once. It then goes',
    '  on also for what stands behind it. It switches, is dropped, or fills a window that nobody reads yet.',
    '',
    '## The table',
    '',
    '| operator | from `rxjs` | from `@oxbow/stream/rx` | whose |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

test.run();
