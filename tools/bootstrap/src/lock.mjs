/**
 * A lock between processes: a file that holds its owner's process id and is made in one step. A lock whose owner has
 * ended is taken over.
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
  writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      if (tryLink(mine, path)) break;
      const owner = ownerOf(path);
      if (owner === undefined) continue;
      if (!isAlive(owner)) {
        takeAway(path, owner, mine);
        continue;
      }
      if (!told) onWait(owner);
      told = true;
      if (performance.now() > deadline) {
        throw new Complaint(
          `process ${owner} has held ${path} for too long: end it, or delete that file, and run this again.`,
        );
      }
      await sleep(POLL_MS);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const release = () => {
    if (ownerOf(path) === process.pid) rmSync(path, { force: true });
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

/** @param {string} path */
function ownerOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Removes the lock of a dead owner. Between looking and removing, another process may have done the same and taken the
 * lock: what turns out to be a living owner's is put back.
 *
 * @param {string} path
 * @param {number} deadOwner
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
