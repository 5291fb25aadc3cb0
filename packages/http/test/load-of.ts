/** What a session is doing at this moment, without its counts. */
import type { Session } from '../src/index.ts';

export function loadOf(session: Session): { active: number; queued: number; open: number } {
  const { active, queued, open } = session.statistics();
  return { active, queued, open };
}
