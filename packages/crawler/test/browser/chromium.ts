/** The Chromium of this machine, for the tests that need one. */
import { existsSync } from 'node:fs';
import { skipUnless } from '@oxbow/testkit';
import type { LaunchOptions } from 'playwright-core';

const places = [process.env.OXBOW_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((place) => place !== undefined && existsSync(place));

/** How it is started; the file's tests are skipped where there is none. */
export function chromiumHere(): LaunchOptions {
  skipUnless(
    executablePath !== undefined,
    'no Chromium here: install Debian\'s "chromium", or name one by OXBOW_CHROMIUM',
  );
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'];
  return { executablePath: executablePath!, args, timeout: 0 };
}
