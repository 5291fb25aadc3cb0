/** A headless Chromium for the tests of pages, where the machine has one, and what to ask of every page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { skipUnless } from '@oxbow/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, chromiumPath } from './chromium.ts';

/** Starts Chromium with an empty profile; skips the suite where there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  skipUnless(
    executablePath !== undefined,
    'no Chromium here: install Debian\'s "chromium", or name one by OXBOW_CHROMIUM',
  );
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS], timeout: PAGE_TIMEOUT_MS });
}

/** A little less than a test may take, so that the code that waited reports what it waited for. */
const PAGE_TIMEOUT_MS = 110_000;

/** One way a person looks at a page. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

/** A telephone and a desk, by day and by night. */
export const VIEWS: readonly View[] = [
  { width: 400, height: 860, scheme: 'light' },
  { width: 400, height: 860, scheme: 'dark' },
  { width: 1600, height: 1000, scheme: 'light' },
  { width: 1600, height: 1000, scheme: 'dark' },
];

/** A page, and what it has complained of on its console so far. */
export interface OpenedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Opens `url` in a context of its own. Anything on the console is a complaint, and so is an error nobody caught. */
export async function openPage(
  browser: Browser,
  url: string,
  { width, height, scheme }: View = VIEWS[2] as View,
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  // The deadline of a test is the only one: Playwright's own of 30 s ends what a busy machine only delays.
  context.setDefaultTimeout(PAGE_TIMEOUT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds wrong with the page as it is now, one sentence each; and whether it is wider than its window. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  // As text: the page's own security policy forbids scripts from elsewhere, but not the debugger's.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const violations = (await page.evaluate(
    'axe.run(document).then(({ violations }) => violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target.join(" ")) })))',
  )) as readonly { readonly id: string; readonly help: string; readonly where: readonly string[] }[];
  const faults = violations.map(({ id, help, where }) => `${id}: ${help}: ${where.slice(0, 5).join(', ')}`);
  const overflow = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
  return overflow > 0 ? [...faults, `the page is ${overflow} px wider than its window`] : faults;
}
