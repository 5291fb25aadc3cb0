/** What something that waits takes of the heap, inside an AsyncLocalStorage. */
import type { Workload } from '../../harness/workload.ts';
import { workloads as plain } from './blocked.ts';
import { inStore } from './in-store.ts';

export const workloads: Readonly<Record<string, Workload>> = inStore(plain);
