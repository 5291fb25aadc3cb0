/**
 * The pinned pnpm and Node under `.toolchain`, fetched from the npm registry when they are not there. A fetch goes to a
 * folder beside and is moved into place when it is whole, so that one cut short leaves nothing that looks done.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { boundCompileCache } from './compile-cache.mjs';
import { Complaint } from './complaint.mjs';
import { prependPath } from './environment.mjs';
import { fetchFailure, fetchFailureReason, fetchFailureSentence } from './fetch-failure.mjs';
import { withLock } from './lock.mjs';
import { say } from './progress.mjs';
import { runQuietly } from './run.mjs';
import { isAtLeast, isVersion, nodePackage, OLDEST_NODE } from './versions.mjs';
import { root } from './workspace.mjs';

const folder = join(root, '.toolchain');
const windows = process.platform === 'win32';

/** The file that says a fetched tool is whole. */
const COMPLETE = '.complete';

/** How long to wait for another process that sets up the same clone, in milliseconds. */
export const SETUP_LOCK_TIMEOUT_MS = 10 * 60_000;

/** npm waits 10 s and then 60 s between its tries, with nothing to see; that is too long for "no network". */
const NPM_FLAGS = [
  '--no-save',
  '--no-package-lock',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

/**
 * @typedef {object} Toolchain
 * @property {string} node the path of the Node to run everything with
 * @property {string} pnpm the path of pnpm
 * @property {NodeJS.ProcessEnv} env the environment for whatever is started, with both at the front of its PATH
 */

/**
 * Finds or fetches the tools.
 *
 * @param {NodeJS.ProcessEnv} env a cleaned environment, changed in place
 * @returns {Promise<Toolchain>}
 */
export async function bringToolchain(env) {
  const { pnpm, node, nodeIsAsked } = wantedVersions();
  const pnpmFolder = join(folder, `pnpm-${pnpm}`);
  const nodeFolder = join(folder, `node-${node}`);
  const hasNode = () => process.version === `v${node}` || isComplete(nodeFolder);
  const isMissing = () => !nodeIsAsked && existsSync(`${nodeFolder}.missing`);

  /** @type {string | undefined} */
  let noNodeBecause = isMissing() ? 'has no build for this machine' : undefined;
  if (!isComplete(pnpmFolder) || !(hasNode() || isMissing())) {
    await withSetupLock(async () => {
      clearParts();
      const [pnpmProblem, nodeProblem] = await Promise.all([
        isComplete(pnpmFolder) ? undefined : fetchPnpm(pnpmFolder, pnpm, env),
        hasNode() ? undefined : fetchNode(nodeFolder, node, env),
      ]);
      if (pnpmProblem !== undefined) throw new Complaint(pnpmProblem);
      noNodeBecause = nodeProblem;
    });
  }
  if (noNodeBecause !== undefined) fallBack(node, noNodeBecause, nodeIsAsked);

  const own = noNodeBecause === undefined && process.version !== `v${node}`;
  const nodePath = own ? nodeBinary(nodeFolder) : process.execPath;
  prependPath(env, dirname(nodePath), delimiter);
  prependPath(env, join(pnpmFolder, 'node_modules/.bin'), delimiter);
  prependPath(env, join(root, 'node_modules/.bin'), delimiter);
  env.NODE_COMPILE_CACHE ??= boundCompileCache(join(folder, 'compile-cache'));
  return { node: nodePath, pnpm: join(pnpmFolder, 'node_modules/.bin', windows ? 'pnpm.cmd' : 'pnpm'), env };
}

/**
 * Holds the clone's set-up for this process while `body` runs.
 *
 * @template T
 * @param {() => Promise<T>} body
 */
export function withSetupLock(body) {
  return withLock(join(folder, 'setup.lock'), body, {
    timeoutMs: SETUP_LOCK_TIMEOUT_MS,
    onWait: (owner) => say(`another process (${owner}) is setting up this clone: waiting for it…`),
  });
}

/** The pinned versions; OXBOW_NODE overrules the pinned Node. */
function wantedVersions() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const asked = process.env.OXBOW_NODE;
  if (asked && !isVersion(asked)) {
    throw new Complaint(`OXBOW_NODE must be a whole version such as 22.23.3, not "${asked}".`, {
      exitCode: 2,
    });
  }
  if (asked && !isAtLeast(asked, OLDEST_NODE)) {
    throw new Complaint(`OXBOW_NODE must be at least ${OLDEST_NODE}, not ${asked}.`, { exitCode: 2 });
  }
  return {
    pnpm: String(packageManager).replace(/^pnpm@/, ''),
    node: asked || readFileSync(join(root, '.node-version'), 'utf8').trim(),
    nodeIsAsked: Boolean(asked),
  };
}

/**
 * @param {string} to
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} the sentence that says why there is none
 */
async function fetchPnpm(to, version, env) {
  say(`fetching pnpm ${version}…`);
  // npm 11 asks for leave to run pnpm's own install script, which puts its binary in place.
  const run = await fetch(to, `pnpm@${version}`, { allowScripts: { pnpm: true } }, env, async () => true);
  return run && fetchFailureSentence(`pnpm ${version}`, run);
}

/**
 * @param {string} to
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why there is none, to be put after "Node 24.21.0"
 */
async function fetchNode(to, version, env) {
  say(`fetching Node ${version}…`);
  const name = nodePackage(process.platform, process.arch);
  // A build may be there and not run here: one for glibc where the system has musl.
  const runs = async (/** @type {string} */ part) => {
    const { exitCode, output } = await runQuietly(nodeBinary(part), ['--version'], { cwd: part, env });
    return exitCode === 0 && output.trim() === `v${version}`;
  };
  const run = await fetch(to, `${name}@${version}`, {}, env, runs);
  if (run === undefined) return undefined;
  // A missing build stays missing: the next run does not ask again.
  if (fetchFailure(run) === 'missing') writeFileSync(`${to}.missing`, '');
  return fetchFailureReason(run);
}

/**
 * Brings a program that one npm package holds, beside the toolchain; only for the command that needs it.
 *
 * @param {string} name what people call it
 * @param {string} spec the package with its version
 * @param {string} binary the program's path inside the package
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the path of the program
 */
export async function bringProgram(name, spec, binary, env) {
  const version = spec.slice(spec.lastIndexOf('@') + 1);
  const to = join(folder, `${name.toLowerCase()}-${version}`);
  const inside = join('node_modules', spec.slice(0, spec.lastIndexOf('@')), binary);
  if (!isComplete(to)) {
    await withSetupLock(async () => {
      if (isComplete(to)) return;
      say(`fetching ${name} ${version}…`);
      const works = async (/** @type {string} */ part) => {
        const { exitCode } = await runQuietly(join(part, inside), ['--version'], { cwd: part, env });
        return exitCode === 0;
      };
      const failure = await fetch(to, spec, {}, env, works);
      if (failure !== undefined) throw new Complaint(fetchFailureSentence(`${name} ${version}`, failure));
    });
  }
  return join(to, inside);
}

/**
 * Installs one package into a folder of its own.
 *
 * @param {string} to
 * @param {string} spec
 * @param {object} manifest
 * @param {NodeJS.ProcessEnv} env
 * @param {(part: string) => Promise<boolean>} works tries what was fetched
 * @returns {Promise<{ exitCode: number, output: string } | undefined>} how it failed; undefined when it did not
 */
async function fetch(to, spec, manifest, env, works) {
  const part = `${to}.part`;
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, 'package.json'), JSON.stringify({ private: true, ...manifest }));
  const [program, ...args] = npmCommand();
  const verbose = process.env.OXBOW_VERBOSE
    ? (/** @type {string} */ text) => void process.stderr.write(text)
    : undefined;
  const run = await runQuietly(/** @type {string} */ (program), [...args, 'install', ...NPM_FLAGS, spec], {
    cwd: part,
    env,
    shell: windows,
    ...(verbose && { onOutput: verbose }),
  });
  if (run.exitCode === 0 && (await works(part))) {
    writeFileSync(join(part, COMPLETE), '');
    rmSync(to, { recursive: true, force: true });
    renameSync(part, to);
    return undefined;
  }
  rmSync(part, { recursive: true, force: true });
  // Fetched, but not for this machine after all.
  return run.exitCode === 0 ? { exitCode: 1, output: 'EBADPLATFORM' } : run;
}

/** The npm that started this process, or the one on the PATH. */
function npmCommand() {
  const outer = process.env.npm_execpath;
  return outer && /npm-cli\.c?js$/.test(outer) ? [process.execPath, outer] : ['npm'];
}

/**
 * @param {string} version
 * @param {string} because
 * @param {boolean} isAsked
 */
function fallBack(version, because, isAsked) {
  const here = process.versions.node;
  if (isAsked) throw new Complaint(`Node ${version}, asked for by OXBOW_NODE, ${because}.`);
  if (!isAtLeast(here, OLDEST_NODE)) {
    throw new Complaint(
      `Node ${version} ${because}, and this machine's ${here} is too old to go on with: install Node ${OLDEST_NODE} or newer.`,
    );
  }
  say(`Node ${version} ${because}; going on with this machine's Node ${here}.`);
}

/** @param {string} tool */
function isComplete(tool) {
  return existsSync(join(tool, COMPLETE));
}

/** @param {string} tool */
function nodeBinary(tool) {
  const name = nodePackage(process.platform, process.arch);
  return join(tool, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
}

/** Removes what a fetch that was cut short left behind; only under the lock. */
function clearParts() {
  for (const entry of readdirSync(folder)) {
    if (entry.endsWith('.part')) rmSync(join(folder, entry), { recursive: true, force: true });
  }
}
