/**
 * A folder that appears whole or not at all: everything is prepared in a draft inside it, and put in its place at the end.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CreateError } from './errors.ts';

/** The draft's name in the folder it is for. */
const DRAFT = '.create-oxbow';

/** What may lie in a folder that counts as empty: a repository that has just been made, and what file managers leave. */
const IGNORED = new Set(['.git', '.DS_Store', 'Thumbs.db', DRAFT]);

/** A folder in the making. */
export class Draft {
  /** Where it is going to be. */
  readonly folder: string;
  /** Where it is prepared. */
  readonly path: string;
  /** The outermost folder that was made for it; what an attempt that failed has to take away. */
  readonly #made: string | undefined;

  /**
   * Begins a draft, and makes the folder when it is not there.
   *
   * @throws CreateError `ERR_OXBOW_CREATE_FOLDER_NOT_EMPTY` when something is in the folder; `ERR_OXBOW_CREATE_NO_FOLDER` when it
   *   cannot be made
   */
  constructor(folder: string) {
    refuseWhatIsThere(folder);
    this.folder = folder;
    this.path = join(folder, DRAFT);
    try {
      this.#made = mkdirSync(folder, { recursive: true });
      rmSync(this.path, { recursive: true, force: true });
      mkdirSync(this.path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CreateError('ERR_OXBOW_CREATE_NO_FOLDER', `the folder cannot be made: ${reason}`, {
        cause: error,
      });
    }
  }

  /** Puts everything in its place. Nothing can come between: it is one turn of the loop. */
  place(): void {
    for (const name of readdirSync(this.path)) renameSync(join(this.path, name), join(this.folder, name));
    rmSync(this.path, { recursive: true });
  }

  /** Takes away what was made. Harmless when there is nothing. */
  discard(): void {
    rmSync(this.#made ?? this.path, { recursive: true, force: true });
  }
}

function refuseWhatIsThere(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) {
    const message = `${folder} is a file; name a folder that is new or empty`;
    throw new CreateError('ERR_OXBOW_CREATE_FOLDER_NOT_EMPTY', message);
  }
  const found = readdirSync(folder).filter((name) => !IGNORED.has(name));
  if (found.length === 0) return;
  const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
  const message = `${folder} is not empty (${found.slice(0, 3).join(', ')}${more}); name a folder that is new or empty`;
  throw new CreateError('ERR_OXBOW_CREATE_FOLDER_NOT_EMPTY', message);
}
