/**
 * A folder that is replaced as a whole. The new content is written beside it and moved into its place when it is
 * complete, so an interrupted run leaves the old one.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A folder and its successor. */
export class OutputFolder {
  /** Where the folder stands when it is complete. */
  readonly path: string;
  /** Where it is written: hidden, in the same parent, so that moving it is a rename. */
  readonly draft: string;
  readonly #old: string;

  /** @param processId whose draft it is: two runs at once do not write into one folder */
  constructor(path: string, processId: number = process.pid) {
    this.path = path;
    this.draft = join(dirname(path), `.${basename(path)}-${processId}`);
    this.#old = `${this.draft}-old`;
  }

  /** Makes an empty draft, and removes those of runs that were killed. */
  begin(): void {
    const parent = dirname(this.path);
    mkdirSync(parent, { recursive: true });
    for (const name of readdirSync(parent)) {
      const owner = name.startsWith(`.${basename(this.path)}-`)
        ? /-(\d+)(-old)?$/.exec(name)?.[1]
        : undefined;
      if (owner !== undefined && !isAlive(Number(owner))) remove(join(parent, name));
    }
    this.discard();
    mkdirSync(this.draft);
  }

  /** Puts the draft in the folder's place. */
  place(): void {
    if (existsSync(this.path)) renameSync(this.path, this.#old);
    renameSync(this.draft, this.path);
    remove(this.#old);
  }

  /** Removes the draft; safe to call at any time and twice. */
  discard(): void {
    remove(this.draft);
    remove(this.#old);
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
