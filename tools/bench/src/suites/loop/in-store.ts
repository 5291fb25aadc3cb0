/** Runs a job as a program does that keeps a context of its own, as with a logger or a tracer. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Workload } from '../../harness/workload.ts';

const store = new AsyncLocalStorage<{ readonly request: number }>();

/** The same jobs, inside an AsyncLocalStorage. */
export function inStore(workloads: Readonly<Record<string, Workload>>): Readonly<Record<string, Workload>> {
  return Object.fromEntries(
    Object.entries(workloads).map(([name, workload]) => {
      const inside: Workload =
        'run' in workload
          ? { ...workload, run: (operations) => store.run({ request: 1 }, () => workload.run(operations)) }
          : { measure: (quick) => store.run({ request: 1 }, () => workload.measure(quick)) };
      return [name, inside];
    }),
  );
}
