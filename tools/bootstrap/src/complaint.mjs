/**
 * A failure that is the reader's to mend: shown as one sentence, without a stack trace.
 */

/** Raised with a message that says what is wrong and what to do. */
export class Complaint extends Error {
  /**
   * @param {string} message
   * @param {{ exitCode?: number, cause?: unknown }} [options] exitCode: 1 by default, 2 for a wrong command line
   */
  constructor(message, { exitCode = 1, cause } = {}) {
    super(message, { cause });
    this.name = 'Complaint';
    this.exitCode = exitCode;
  }
}

/**
 * The sentence for an error of the file system, or undefined for any other error.
 *
 * @param {unknown} error
 * @returns {string | undefined}
 */
export function fileSystemSentence(error) {
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error ?? {});
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `cannot write to ${path ?? 'the folder'} (${code}): make it writable, or clone to a folder of your own.`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `the disk is full (${code}): make room (about 1 GB) and run this again.`;
  return undefined;
}
