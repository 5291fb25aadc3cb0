/**
 * The workspace's dependencies: installed from the lockfile when a manifest has changed since the last time. A stamp in
 * node_modules says for which manifests; it is written last, so that an install cut short is done again.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from './complaint.mjs';
import { fetchFailure, fetchFailureSentence } from './fetch-failure.mjs';
import { say } from './progress.mjs';
import { runQuietly } from './run.mjs';
import { withSetupLock } from './toolchain.mjs';
import { readProjects, root } from './workspace.mjs';

/** How often a long install says how far it is, in milliseconds. */
const HEARTBEAT_MS = 5_000;

// No --filter: with one, pnpm 12 stands still for a minute before its first download (2026-11: 80 s against 8 s).
const PNPM_INSTALL = [
  'install',
  '--frozen-lockfile',
  '--reporter=append-only',
  // The age and origin of what the lockfile names are looked at when it is changed; its hashes hold everywhere.
  '--config.trustLockfile=true',
  // Left alone, pnpm waits 10 s and then 60 s between its tries.
  '--config.fetch-retries=2',
  '--config.fetch-retry-mintimeout=1000',
  '--config.fetch-retry-maxtimeout=5000',
  // A node_modules of another layout is replaced without asking: nobody may be there to answer.
  '--config.confirmModulesPurge=false',
];

/**
 * Installs what is missing.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string} [folder] a workspace of its own under the root, such as `tools/bench`
 */
export async function installDependencies(toolchain, folder = '.') {
  const stamp = join(root, folder, 'node_modules/.oxbow-stamp');
  const sum = manifestSum(folder);
  const isDone = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === sum;
  if (isDone()) return;
  await withSetupLock(async () => {
    if (isDone()) return;
    rmSync(stamp, { force: true });
    await install(toolchain, folder);
    writeFileSync(stamp, sum);
  });
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string} folder
 */
async function install({ pnpm, env }, folder) {
  const isFirst = !existsSync(join(root, folder, 'node_modules'));
  say(
    `installing the dependencies${folder === '.' ? '' : ` of ${folder}`}${isFirst ? ' (up to a minute)' : ''}…`,
  );
  let lately = 'still waiting for the npm registry…';
  const heartbeat = setInterval(() => say(lately), HEARTBEAT_MS);
  const run = await runQuietly(pnpm, PNPM_INSTALL, {
    cwd: join(root, folder),
    env,
    shell: process.platform === 'win32',
    onOutput: (text) => {
      if (process.env.OXBOW_VERBOSE) process.stderr.write(text);
      if (/Will retry/.test(text)) lately = 'the npm registry does not answer; trying again…';
      lately = text.match(/Progress: .*/g)?.at(-1) ?? lately;
    },
  });
  clearInterval(heartbeat);
  if (run.exitCode === 0) return;
  if (/OUTDATED_LOCKFILE/.test(run.output)) {
    throw new Complaint(
      'a package.json asks for what pnpm-lock.yaml does not have: bring it up to date with "npm run x -- pnpm install" and commit it.',
    );
  }
  if (fetchFailure(run) === 'other') process.stderr.write(run.output);
  throw new Complaint(fetchFailureSentence('the dependencies', run));
}

/**
 * What an install depends on: the manifests, the lockfile, and the machine it is for.
 *
 * @param {string} folder
 */
function manifestSum(folder) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((file) => join(folder, file));
  if (folder === '.') files.push(...readProjects().map((project) => `${project.folder}/package.json`));
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
