/** @oxbow/loop and its peers. */
import type { Suite } from '../harness/suite.ts';
import { MACHINE_TABLES, MACHINE_TARGETS } from './loop/machine-tables.ts';
import { TASK_TABLES, TASK_TARGETS } from './loop/task-tables.ts';

export const loop: Suite = {
  name: 'loop',
  title: 'Loop: tasks, timers, threads',
  peers: ['effect', 'effection', 'p-queue', 'p-limit', 'piscina', 'tinypool'],
  tables: [...TASK_TABLES, ...MACHINE_TABLES],
  targets: [...TASK_TARGETS, ...MACHINE_TARGETS],
};
