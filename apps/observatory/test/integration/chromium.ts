/** A headless Chromium for tests, where the machine has one. */
import { existsSync } from 'node:fs';
import { skipUnless } from '@oxbow/testkit';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium on this machine; undefined when there is none. `OXBOW_CHROMIUM` names another. */
export function chromiumPath(): string | undefined {
  return [process.env.OXBOW_CHROMIUM, ...PLACES].find((path) => path !== undefined && existsSync(path));
}

/** Starts Chromium with an empty profile and no requests of its own; skips where there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  skipUnless(
    executablePath !== undefined,
    'no Chromium here: install Debian\'s "chromium", or name one by OXBOW_CHROMIUM',
  );
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
