/** The article in the browser, for tests: its process, and a look at every page of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faultsOf, openPage, type View } from '@oxbow/shell/testing';
import { assert } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';
import { PROGRAMS } from '../src/program-list.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts `--read` on a free port; resolves when it says its address. */
export async function startReader(): Promise<{ readonly reader: ChildProcess; readonly url: string }> {
  const flags = ['--disable-warning=ExperimentalWarning', MAIN, '--read', '--port', '0', '--no-open'];
  const reader = spawn(process.execPath, flags);
  const url = await new Promise<string>((resolve) => {
    reader.stdout.on('data', (text: Buffer) => {
      const said = /http:\S+/.exec(String(text))?.[0];
      if (said !== undefined) resolve(said);
    });
  });
  return { reader, url };
}

/** Every page of the article. */
export const EVERY_PAGE: readonly string[] = ['', ...PROGRAMS.map(({ name }) => name)];

/** Opens pages: nothing may be on the console, and nothing that axe-core minds. */
export async function inspectPages(
  browser: Browser,
  url: string,
  view: View,
  paths: readonly string[],
): Promise<void> {
  const { page, complaints } = await openPage(browser, url, view);
  for (const path of paths) {
    await page.goto(`${url}${path}`);
    await page.waitForSelector('header nav li:nth-child(5)');
    assert.equal(await faultsOf(page), [], path);
  }
  assert.equal(complaints, []);
  await page.context().close();
}
