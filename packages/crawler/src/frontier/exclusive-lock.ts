/**
 * A lock that ends with its process, however that ends: SQLite's, on an empty database of its own. Node has no lock of files, and one that
 * is a file with a process id in it outlives a `kill -9`.
 */
import { DatabaseSync } from 'node:sqlite';

/** Held from its making to `close`. */
export class ExclusiveLock {
  readonly #database: DatabaseSync;

  /** @throws Error of SQLite, with `database is locked` in its message while another process has it */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    try {
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Lets go. The file stays: to remove it would take the lock from a process that waits for it. */
  close(): void {
    this.#database.close();
  }
}
