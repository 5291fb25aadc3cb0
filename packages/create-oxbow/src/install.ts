/** Installing the dependencies of a new project with the package manager that the user ran it with. */
import { spawn } from 'node:child_process';
import { CreateError } from './errors.ts';

/** How much of the package manager's words is kept for the message, in characters. */
const MAX_KEPT_CHARACTERS = 16_384;

const NO_NETWORK =
  /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL|CERT_\w+|UNABLE_TO_\w+)\b|dns error|Connection refused|error sending request/;

/** A package manager. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** The one that started this process, by what it says of itself in `npm_config_user_agent`; npm when nothing is said. */
export function packageManager(userAgent: string | undefined): PackageManager {
  const name = /^(npm|pnpm|yarn|bun)\//.exec(userAgent ?? '')?.[1];
  return (name as PackageManager | undefined) ?? 'npm';
}

/**
 * Runs `npm install`, or what it is called there, in a folder; ends with it when the signal is aborted.
 *
 * @throws CreateError `ERR_OXBOW_CREATE_INSTALL`, which says whether the network is to blame; the signal's reason when it was aborted
 */
export async function install(folder: string, manager: PackageManager, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { exitCode, output } = await new Promise<{ exitCode: number; output: string }>((resolve) => {
    const quiet = manager === 'npm' ? ['--no-audit', '--no-fund', '--loglevel=error'] : [];
    // npm is a script on Windows, which only a shell can start.
    const shell = process.platform === 'win32';
    const child = spawn(manager, ['install', ...quiet], {
      cwd: folder,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let kept = '';
    const keep = (text: Buffer): void => {
      kept = (kept + text.toString()).slice(-MAX_KEPT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (): void => void child.kill();
    signal.addEventListener('abort', end);
    const settle = (exitCode: number, words: string): void => {
      signal.removeEventListener('abort', end);
      resolve({ exitCode, output: words });
    };
    child.once('error', (error) => settle(127, String(error)));
    child.once('close', (code) => settle(code ?? 1, kept));
  });
  signal.throwIfAborted();
  if (exitCode !== 0)
    throw new CreateError('ERR_OXBOW_CREATE_INSTALL', installFailure(manager, exitCode, output));
}

/** The sentence for an install that failed. */
export function installFailure(manager: PackageManager, exitCode: number, output: string): string {
  if (exitCode === 127) return `there is no ${manager} on this machine`;
  const sign = NO_NETWORK.exec(output)?.[0];
  if (sign !== undefined) return `the npm registry did not answer (${sign})`;
  const lines = output.split('\n').map((line) => line.trim());
  const words = lines.find((line) => /\berror\b/i.test(line)) ?? lines.findLast((line) => line !== '');
  return `${manager} install ended with exit code ${exitCode}: ${words ?? 'it said nothing'}`;
}
