/** A frontier by the path of its file: finds the engine that the file is of. It opens no file for longer than a look at its beginning. */
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FrontierFileOptions, OpenedFrontierFile } from './kept-frontier.ts';
import { LOG_MAGIC } from './log-file.ts';
import { openLogFile } from './log-frontier.ts';
import { openSqliteFile } from './sqlite-frontier.ts';

/** The ending of a path that makes a new file a log. */
const LOG_EXTENSION = '.log';

/**
 * Opens the frontier in a file, or makes the file: a log when it is one, or is new and its path ends in `.log`; else a SQLite file. Its
 * lookups go on after the close, from memory.
 */
export async function openFrontierFile(
  path: string,
  options: FrontierFileOptions = {},
): Promise<OpenedFrontierFile> {
  const start = await startOf(path);
  const isLog = start === '' ? extname(path).toLowerCase() === LOG_EXTENSION : start === LOG_MAGIC;
  return isLog ? openLogFile(path, options) : openSqliteFile(path, options);
}

/** The first bytes of a file; empty when there are none, or it cannot be read: that is for the engine to say. */
async function startOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  try {
    const bytes = Buffer.alloc(LOG_MAGIC.length);
    const { bytesRead } = (await file?.read(bytes, 0, bytes.length, 0)) ?? { bytesRead: 0 };
    return bytes.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file?.close();
  }
}
