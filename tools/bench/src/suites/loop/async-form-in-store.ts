/** The five jobs in our async functions, inside an AsyncLocalStorage. */
import type { Workload } from '../../harness/workload.ts';
import { workloads as plain } from './async-form.ts';
import { inStore } from './in-store.ts';

export const workloads: Readonly<Record<string, Workload>> = inStore(plain);
