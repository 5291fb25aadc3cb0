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
import { INSTALLED_ON_DEMAND, readProjects, root } from './workspace.mjs';

/** How often a long install says how far it is, in milliseconds. */
const HEARTBEAT_MS = 5_000;

/**
 * Installs what is missing.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string} [extra] a project that is installed on demand: `tools/bench`
 */
export async function installDependencies(toolchain, extra) {
  const set = extra === undefined ? 'base' : extra.replace('/', '-');
  const stamp = join(root, 'node_modules', `.oxbow-${set}`);
  const sum = manifestSum();
  const isDone = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === sum;
  if (isDone()) return;
  await withSetupLock(async () => {
    if (isDone()) return;
    rmSync(stamp, { force: true });
    await install(toolchain, extra);
    writeFileSync(stamp, sum);
  });
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string | undefined} extra
 */
async function install({ pnpm, env }, extra) {
  const first = !existsSync(join(root, 'node_modules'));
  say(
    `installing the dependencies${extra ? ` of ${extra}` : ''}${first ? ' (the first time: up to a minute)' : ''}…`,
  );
  let lately = '';
  const heartbeat = setInterval(() => lately !== '' && say(lately), HEARTBEAT_MS);
  const run = await runQuietly(pnpm, ['install', ...installFlags(extra)], {
    cwd: root,
    env,
    shell: process.platform === 'win32',
    onOutput: (text) => {
      if (process.env.OXBOW_VERBOSE) process.stderr.write(text);
      lately = text.match(/Progress: .*/g)?.at(-1) ?? lately;
    },
  });
  clearInterval(heartbeat);
  if (run.exitCode === 0) return;
  if (/ERR_PNPM_OUTDATED_LOCKFILE|OUTDATED_LOCKFILE/.test(run.output)) {
    throw new Complaint(
      'a package.json asks for what pnpm-lock.yaml does not have: bring it up to date with "npm run x -- pnpm install" and commit it.',
    );
  }
  if (fetchFailure(run) === 'other') process.stderr.write(run.output);
  throw new Complaint(fetchFailureSentence('the dependencies', run));
}

/** @param {string | undefined} extra */
function installFlags(extra) {
  const filters = extra ? [`./${extra}`] : INSTALLED_ON_DEMAND.map((project) => `!./${project}`);
  return [
    '--frozen-lockfile',
    '--reporter=append-only',
    // A node_modules of another layout is replaced without asking: nobody may be there to answer.
    '--config.confirmModulesPurge=false',
    ...filters.flatMap((filter) => ['--filter', filter]),
  ];
}

/** What an install depends on: the manifests, the lockfile, and the machine it is for. */
function manifestSum() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const manifests = readProjects().map(({ folder }) => `${folder}/package.json`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}
