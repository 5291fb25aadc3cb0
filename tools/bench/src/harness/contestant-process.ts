/**
 * The process of one row: loads the module it is told, and answers one line of JSON to each line it gets. It ends when
 * its input does. Arguments: the module's URL, the workload.
 */
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Pace, type Prepared, prepare, type Workload } from './workload.ts';

/** Orders that a contestant obeys. */
export type Order = ({ readonly order: 'prepare' } & Pace) | { readonly order: 'round' };

// Not by a flag of the process: its worker threads would be started with it, and refuse.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction;

// Ctrl-C reaches the whole group; the parent ends us.
process.on('SIGINT', () => {});

const [url = '', name = ''] = process.argv.slice(2);
let prepared: Prepared | undefined;

async function obey(order: Order): Promise<unknown> {
  if (order.order === 'round') return { value: await prepared?.round() };
  const { workloads } = (await import(url)) as { workloads: Readonly<Record<string, Workload>> };
  const workload = workloads[name];
  if (workload === undefined) throw new Error(`${url} has no workload "${name}"`);
  prepared = await prepare(workload, order);
  return { operations: prepared.operations };
}

for await (const line of createInterface(process.stdin)) {
  const answer = await obey(JSON.parse(line)).catch((error: Error) => ({
    error: error.stack ?? String(error),
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();
