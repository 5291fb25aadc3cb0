/**
 * The folder where Node keeps compiled and type-stripped sources between runs.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** How many sources of one Node version are kept, at most; the workspace has some 3,000, its dependencies included. */
export const MAX_COMPILED_SOURCES = 20_000;

/**
 * Node replaces the entry of a source that has changed and never removes one, and tests run sources in temporary folders:
 * the folder of a Node version that has outgrown its bound is emptied.
 *
 * @param {string} folder need not be there
 * @param {number} [maxSources]
 * @returns {string} the folder
 */
export function boundCompileCache(folder, maxSources = MAX_COMPILED_SOURCES) {
  for (const version of list(folder)) {
    const ofVersion = join(folder, version);
    if (list(ofVersion).length > maxSources) rmSync(ofVersion, { recursive: true, force: true });
  }
  return folder;
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
