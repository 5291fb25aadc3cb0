/**
 * Makes the picture of the observatory that the README shows: `npm run picture`. Crawls the embedded site with a pause
 * between requests, so that there is something to see, and photographs the page with Chromium.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTask, run } from '@oxbow/loop';
import { CHROMIUM_ARGS, chromiumPath } from '@oxbow/shell';
import { chromium } from 'playwright-core';
import { observatory } from './observatory.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../../docs/observatory.png', import.meta.url));
/** Pause between two requests of the crawl, in milliseconds. */
const DELAY_MS = 120;
/** How long the crawl runs before the picture is taken, in milliseconds. */
const EXPOSURE_MS = 9000;

const executablePath = chromiumPath();
if (executablePath === undefined) {
  process.stderr.write('picture: no Chromium here: install one, or name it by OXBOW_CHROMIUM\n');
  process.exit(1);
}

await run(async () => {
  let address: (url: string) => void = () => {};
  const shown = new Promise<string>((resolve) => {
    address = resolve;
  });
  const stdout = {
    write: (text: string) => {
      const url = /shown at (\S+)/.exec(text)?.[1];
      if (url !== undefined) address(url);
    },
  };
  const crawl = createTask(
    async () =>
      observatory(['--port', '0', '--no-open', '--delay', String(DELAY_MS)], {
        stdout,
        stderr: process.stderr,
        root: ROOT,
        folder: ROOT,
      }),
    { name: 'observatory' },
  );
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1420 } });
    await page.goto(await shown);
    await page.waitForTimeout(EXPOSURE_MS);
    await mkdir(dirname(PICTURE), { recursive: true });
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
    crawl.cancel();
  }
});
process.stdout.write(`made ${PICTURE}\n`);
