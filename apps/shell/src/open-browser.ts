/** Opens an address in the person's browser, where there is one to open it in. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Refusal } from './run-app.ts';

/** Where a program runs, as far as opening a browser depends on it. */
export interface Desktop {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

const HERE: Desktop = {
  platform: process.platform,
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
};

/**
 * How to open an address here; undefined when it is not to be opened.
 *
 * @param wanted what `--open` or `--no-open` said; undefined opens it at the terminal of a desktop (no CI, no remote shell)
 * @throws Refusal where opening was asked for and this machine has no program for it. Ask before anything is started.
 */
export function browserOpener(
  wanted: boolean | undefined,
  desktop: Desktop = HERE,
): ((url: string) => void) | undefined {
  if (wanted === false || (wanted === undefined && !isDesktopTerminal(desktop))) return undefined;
  const command = openCommand(desktop);
  if (command !== undefined) return (url) => start([...command, url]);
  if (wanted === undefined) return undefined;
  throw new Refusal(
    'this machine has no program that opens a browser (xdg-open): leave --open out, and open the address yourself',
  );
}

function isDesktopTerminal({ platform, env, isTerminal }: Desktop): boolean {
  if (!isTerminal || env.CI || env.SSH_CONNECTION) return false;
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

function openCommand({ platform, env }: Desktop): readonly string[] | undefined {
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  const name = platform === 'darwin' ? 'open' : 'xdg-open';
  const found = (env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, name)));
  return found ? [name] : undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function start([program, ...args]: readonly string[]): void {
  const child = spawn(program as string, args, { stdio: 'ignore', detached: true });
  // The address stands on the terminal: a browser that does not come up is the person's to see.
  child.once('error', () => {});
  child.unref();
}
