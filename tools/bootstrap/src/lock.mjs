/**
 * A lock between processes: a file that names its owner and is made in one step. A lock whose owner has ended is taken
 * over. For that, the owner is named by its process id and, where the system tells it, by the time it started at.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Complaint } from './complaint.mjs';

/** How often a waiting process looks again, in milliseconds. */
const POLL_MS = 100;

/**
 * Holds a lock while `body` runs, waiting for it first.
 *
 * @template T
 * @param {string} path of the lock's file; its folder is made when missing
 * @param {() => T | Promise<T>} body
 * @param {{ timeoutMs: number, onWait: (owner: number) => void }} options timeoutMs: how long to wait for another
 *   owner; onWait: called once when there is one
 * @returns {Promise<T>}
 * @throws {Complaint} when the lock is still held after timeoutMs
 */
export async function withLock(path, body, { timeoutMs, onWait }) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  const deadline = performance.now() + timeoutMs;
  let told = false;
  writeFileSync(mine, self());
  try {
    for (;;) {
      if (tryLink(mine, path)) break;
      const owner = ownerOf(path);
      if (owner === undefined) continue;
      if (!isAlive(owner)) {
        takeAway(path, owner, mine);
        continue;
      }
      if (!told) onWait(pidOf(owner));
      told = true;
      if (performance.now() > deadline) {
        throw new Complaint(
          `process ${pidOf(owner)} has held ${path} for too long: end it, or delete that file, and run this again.`,
        );
      }
      await sleep(POLL_MS);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const release = () => {
    if (ownerOf(path) === self()) rmSync(path, { force: true });
  };
  process.once('exit', release);
  try {
    return await body();
  } finally {
    process.off('exit', release);
    release();
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** How this process names itself in a lock. */
function self() {
  return `${process.pid} ${startOf(process.pid) ?? ''}`;
}

/** @param {string} path */
function ownerOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} owner */
function pidOf(owner) {
  return Number.parseInt(owner, 10);
}

/**
 * Whether a lock's owner still runs. Under Linux a process that ended and was not yet collected, or another that has got
 * its number since, does not count.
 *
 * @param {string} owner
 */
function isAlive(owner) {
  const pid = pidOf(owner);
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false;
  }
  const [, start] = owner.split(' ');
  return !start || startOf(pid) === start;
}

/**
 * When a running process started, in clock ticks since the system did; undefined where the system does not tell, and
 * for a process that has ended.
 *
 * @param {number} pid
 */
function startOf(pid) {
  try {
    // proc(5): after the name in parentheses come the state and, 19 fields on, the start time.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Removes the lock of a dead owner. Between looking and removing, another process may have done the same and taken the
 * lock: what turns out to be a living owner's is put back.
 *
 * @param {string} path
 * @param {string} deadOwner
 * @param {string} mine
 */
function takeAway(path, deadOwner, mine) {
  const aside = `${mine}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (ownerOf(aside) !== deadOwner) tryLink(aside, path);
  rmSync(aside, { force: true });
}
