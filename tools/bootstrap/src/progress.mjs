/**
 * Telling what takes long. On stderr, so that a command's own output stays clean.
 */

/** @param {string} line */
export function say(line) {
  process.stderr.write(`oxbow: ${line}\n`);
}
