/** Where this machine has a Chromium; only the picture and the tests of the page want one. */
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium; undefined when there is none. `OXBOW_CHROMIUM` in the environment names another. */
export function chromiumPath(): string | undefined {
  return [process.env.OXBOW_CHROMIUM, ...PLACES].find((path) => path !== undefined && existsSync(path));
}

/** Switches that keep a headless Chromium to itself: no sandbox (it may run as root), no GPU, no requests of its own. */
export const CHROMIUM_ARGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
