/**
 * Writing a body to a file: into a temporary one beside it, renamed when it is complete.
 */
import { randomUUID } from 'node:crypto';
import { chmod, type FileHandle, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createTask, type Future } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { InvalidRequestError } from '../errors.ts';
import type { BodyStream } from './body-stream.ts';
import type { Progress } from './request-options.ts';

/** Links followed to a file that does not exist yet, as many as Linux does. */
const MAX_LINKS = 40;
/** The bits of a mode that chmod sets. */
export const PERMISSION_BITS = 0o7777;

/** How a body is saved. */
export interface SaveOptions {
  /** Told of every piece that was written, with the size where it is known. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How a download is saved. */
export interface DownloadOptions extends SaveOptions {
  /**
   * Goes on where an earlier download of this path stopped, and after a cut connection by itself; what came stays in `path.part` after a
   * failure. Needs a server with ranges and strong ETags, else it begins anew. Default false.
   */
  readonly resume?: boolean | undefined;
}

/** Checks the options of save(). @throws {UsageError} for an unknown one. */
export function saveOptions<O extends SaveOptions>(
  given: O | undefined,
  known: readonly (keyof O & string)[],
): O {
  checkOptions(given, known, 'save()');
  if (given?.onProgress !== undefined && typeof given.onProgress !== 'function') {
    const message = `onProgress must be a function, got ${typeof given.onProgress}`;
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
  }
  return Object.assign(Object.create(null), given);
}

/**
 * Writes a body to `path`; gives the number of bytes. A failure or a cancel leaves no file behind, and an old one as it was; the
 * body is given up then, whether or not anything of it was read.
 */
export function saveBody(
  body: BodyStream,
  path: string,
  options: SaveOptions,
  head: SavedHead,
): Future<number> {
  const saving = createTask(() => save(body, path, options, head), { name: 'saving a response body' });
  saving.addDoneCallback(() => body.leaveUnread());
  return saving;
}

/** What is known of the body when its first piece comes. */
export type SavedHead = () => { readonly totalBytes: number | undefined };

async function save(body: BodyStream, path: string, options: SaveOptions, head: SavedHead): Promise<number> {
  const target = await linkTarget(path);
  const temporary = `${target}.${randomUUID()}.part`;
  const file = await open(temporary, 'wx');
  try {
    const bytes = await write(body, file, options, head);
    await keepMode(target, temporary);
    await rename(temporary, target);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function write(
  body: BodyStream,
  file: FileHandle,
  { onProgress }: SaveOptions,
  head: SavedHead,
): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      await file.writeFile(chunk);
      bytes += chunk.byteLength;
      onProgress?.({ bytes, ...head() });
    }
  } finally {
    await file.close();
  }
  return bytes;
}

/** Where a path leads: renaming over a symbolic link would replace the link, not the file. */
export async function linkTarget(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    try {
      return await realpath(target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    // Nothing is there, or a link to nothing.
    const next = await readlink(target).catch(() => undefined);
    if (next === undefined) return target;
    target = resolve(dirname(target), next);
  }
  return target;
}

async function keepMode(target: string, temporary: string): Promise<void> {
  const old = await stat(target).catch(() => undefined);
  if (old !== undefined) await chmod(temporary, old.mode & PERMISSION_BITS);
}
