/**
 * What went wrong when npm or pnpm could not fetch something, from what it printed. Pure.
 */

/** @typedef {'missing' | 'network' | 'full' | 'unwritable' | 'no npm' | 'other'} FetchFailure */

/** @type {readonly (readonly [RegExp, FetchFailure])[]} the first that matches counts */
const SIGNS = [
  [/\bE404\b|\bETARGET\b|\bEBADPLATFORM\b|ERR_PNPM_FETCH_404|ERR_PNPM_NO_MATCHING_VERSION/, 'missing'],
  [/\bENOSPC\b|\bEDQUOT\b|No space left|os error 28/, 'full'],
  [/\bEACCES\b|\bEPERM\b|\bEROFS\b|Permission denied|Read-only file system|os error (13|30)/, 'unwritable'],
  [
    /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|ERR_PNPM_META_FETCH_FAIL|CERT_[A-Z_]+|[A-Z_]*SELF_SIGNED[A-Z_]*|UNABLE_TO_[A-Z_]+)\b|Connection refused|dns error|error sending request|tcp connect error|timed out|client error/,
    'network',
  ],
];

/**
 * @param {{ exitCode: number, output: string }} run
 * @returns {FetchFailure}
 */
export function fetchFailure({ exitCode, output }) {
  if (exitCode === 127) return 'no npm';
  return SIGNS.find(([sign]) => sign.test(output))?.[1] ?? 'other';
}

/**
 * The sentence for it.
 *
 * @param {string} what was to be fetched
 * @param {{ exitCode: number, output: string }} run
 * @returns {string}
 */
export function fetchFailureSentence(what, run) {
  switch (fetchFailure(run)) {
    case 'missing':
      return `could not fetch ${what}: the npm registry has no such version. If it is a mirror, it may lag behind; see "npm config get registry".`;
    case 'network': {
      return `could not fetch ${what}: the npm registry did not answer (${networkReason(run.output)}). Check the network, the proxy and "npm config get registry", and run this again.`;
    }
    case 'full':
      return `could not fetch ${what}: the disk is full. Make room (about 1 GB) and run this again.`;
    case 'unwritable':
      return `could not fetch ${what}: a folder may not be written to. See to the rights of this clone and of your home folder (npm's cache, pnpm's store), and run this again.`;
    case 'no npm':
      return `could not fetch ${what}: there is no npm on this machine. It comes with Node, from nodejs.org.`;
    default:
      return `could not fetch ${what}: ${lastWords(run.output)} (OXBOW_VERBOSE=1 shows everything.)`;
  }
}

/**
 * The same in a few words, to be put after the name of what was to be fetched.
 *
 * @param {{ exitCode: number, output: string }} run
 * @returns {string}
 */
export function fetchFailureReason(run) {
  switch (fetchFailure(run)) {
    case 'missing':
      return 'has no build for this machine';
    case 'network':
      return `could not be fetched (${networkReason(run.output)})`;
    case 'full':
      return 'could not be fetched (the disk is full)';
    case 'unwritable':
      return 'could not be fetched (a folder may not be written to)';
    case 'no npm':
      return 'could not be fetched (there is no npm)';
    default:
      return `could not be fetched (${lastWords(run.output)})`;
  }
}

/** @param {string} output */
function networkReason(output) {
  const code = /\b(E(?:CONN|NOTF|AI_|TIMED|HOST|NET)[A-Z_]*|CERT_[A-Z_]+|UNABLE_TO_[A-Z_]+)\b/.exec(
    output,
  )?.[0];
  return code ?? (/connection refused/i.test(output) ? 'connection refused' : 'no connection');
}

/** @param {string} output */
function lastWords(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const error =
    lines.find((line) => /\b(ERR_[A-Z_]+|error)\b/i.test(line)) ?? lines.findLast((line) => line !== '');
  return error ?? 'it ended without a word.';
}
