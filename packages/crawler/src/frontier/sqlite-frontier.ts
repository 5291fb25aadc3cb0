/** Placeholder until the engine is there. */
import type { Frontier, FrontierOptions } from './frontier.ts';
import { MemoryFrontier } from './memory-frontier.ts';

export async function openSqliteFrontier(_path: string, options: FrontierOptions): Promise<Frontier> {
  return new MemoryFrontier(options);
}
