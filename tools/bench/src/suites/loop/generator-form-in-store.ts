/** The five jobs in our generators, inside an AsyncLocalStorage. */
import type { Workload } from '../../harness/workload.ts';
import { workloads as plain } from './generator-form.ts';
import { inStore } from './in-store.ts';

export const workloads: Readonly<Record<string, Workload>> = inStore(plain);
