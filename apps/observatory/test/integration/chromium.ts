/** A headless Chromium for tests, where the machine has one. */
import { skipUnless } from '@oxbow/testkit';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_ARGS, chromiumPath } from '../../src/chromium.ts';

/** Starts Chromium with an empty profile; skips where there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  skipUnless(
    executablePath !== undefined,
    'no Chromium here: install Debian\'s "chromium", or name one by OXBOW_CHROMIUM',
  );
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
}
