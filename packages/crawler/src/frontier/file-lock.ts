/** Takes the lock of a file, where Node's SQLite is quiet about itself. What the lock is, see exclusive-lock. */
import { moduleAt, openInThread } from '@oxbow/threads';
import type { ExclusiveLock } from './exclusive-lock.ts';
import { besideThisFile, QUIET_SQLITE } from './sqlite-thread.ts';

/** A lock that this process has. */
export interface HeldLock {
  /** Lets go. */
  close(): PromiseLike<void> | void;
}

/** From this version on SQLite is no experiment, which Node says on standard error: below it, the lock is held by a thread of its own. */
const FIRST_QUIET_NODE = 24;

/** @throws Error with `database is locked` in its message while another process has the lock */
export async function lockFile(path: string): Promise<HeldLock> {
  // Later than the turn this was called in, which belongs to a loop.
  await undefined;
  const url = besideThisFile('exclusive-lock');
  if (Number.parseInt(process.versions.node, 10) >= FIRST_QUIET_NODE) {
    // By its URL here too: the published form has it as a file of its own.
    const module = (await import(url.href)) as { ExclusiveLock: new (path: string) => ExclusiveLock };
    return new module.ExclusiveLock(path);
  }
  const module = moduleAt<typeof import('./exclusive-lock.ts')>(url);
  return openInThread({ module, name: path, execArgv: QUIET_SQLITE }, 'ExclusiveLock', path);
}
