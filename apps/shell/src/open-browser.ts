/** Opens an address in the person's browser, where there is one to open it in. */
import { spawn } from 'node:child_process';

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

/** Whether opening a browser is what a person at this terminal expects: a desktop, no CI, no remote shell. */
export function isDesktopTerminal({ platform, env, isTerminal }: Desktop = HERE): boolean {
  if (!isTerminal || env.CI || env.SSH_CONNECTION) return false;
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Opens `url`. Resolves to false where the machine has no program for that; the address was printed anyway. */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  const [program, ...args] =
    platform === 'darwin' ? ['open'] : platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(program as string, [...args, url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
