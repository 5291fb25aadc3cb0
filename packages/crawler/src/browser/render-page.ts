/** One page of a browser: given the answer that the crawl has fetched, it says what the browser shows. It opens and closes nothing. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Page, Route } from 'playwright-core';
import type { Answer } from '../fetch/page-fetcher.ts';
import type { RenderRequest } from '../visit/visit.ts';
import { FileGuard } from './file-guard.ts';

/** How a page is rendered. */
export interface RenderOptions {
  readonly waitUntil: 'load' | 'domcontentloaded' | 'networkidle';
  readonly waitFor?: string;
  readonly timeoutMs: number;
  readonly blocked: ReadonlySet<string>;
  readonly ready?: (page: Page, url: string) => unknown;
  readonly screenshots?: string;
}

/** Of the wire, or about a body that is another one now. */
const DROPPED_FIELDS: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'etag',
  'last-modified',
]);

/** The name of the picture of a URL: the same for the same URL, and safe as a file's name. */
export function screenshotName(url: string): string {
  return `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.png`;
}

/** Has a page show an answer, and reads it. @throws Error when the page cannot be shown in time */
export async function renderPage(
  page: Page,
  request: RenderRequest,
  options: RenderOptions,
): Promise<Answer> {
  const { url, answer } = request;
  page.setDefaultTimeout(options.timeoutMs);
  // A page opens no others.
  page.on('popup', (popup) => void popup.close().catch(tooLate));
  let isServed = false;
  const left = Promise.withResolvers<void>();
  const guard = new FileGuard(request.mayBePrivate);
  await page.route('**/*', async (route) => {
    const asked = route.request();
    if (asked.isNavigationRequest() && asked.frame() === page.mainFrame()) {
      const isFirst = !isServed;
      isServed = true;
      await (isFirst ? served(route, answer) : stayed(route));
      if (!isFirst) left.resolve();
    } else if (options.blocked.has(asked.resourceType()) || !(await guard.allows(asked.url()))) {
      await route.abort('blockedbyclient').catch(tooLate);
    } else await route.continue().catch(tooLate);
  });
  await page.goto(url, { waitUntil: 'commit' });
  // A page whose script goes elsewhere before it is loaded says nothing of the end: it is read as it is then.
  await Promise.race([page.waitForLoadState(options.waitUntil), left.promise]);
  if (options.waitFor !== undefined) await page.waitForSelector(options.waitFor, { state: 'attached' });
  await options.ready?.(page, url);
  if (options.screenshots !== undefined)
    await page.screenshot({ path: join(options.screenshots, screenshotName(url)), fullPage: true });
  return shown(await page.content(), request);
}

async function served(route: Route, { status, headers, body }: Answer): Promise<void> {
  const kept = Object.entries(headers).filter(([name]) => !DROPPED_FIELDS.has(name));
  await route.fulfill({ status, headers: Object.fromEntries(kept), body: Buffer.from(body) });
}

/** The page's own scripts would go elsewhere, which is a link to be followed and not this page: it stays where it is. */
async function stayed(route: Route): Promise<void> {
  await route.abort('aborted').catch(tooLate);
}

function shown(html: string, { answer, maxBodyBytes }: RenderRequest): Answer {
  const whole = Buffer.from(html);
  return {
    ...answer,
    headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' },
    body: whole.subarray(0, maxBodyBytes),
    isTruncated: answer.isTruncated || whole.length > maxBodyBytes,
    isRendered: true,
  };
}

/** The page may have been closed meanwhile: then nobody waits for it. */
function tooLate(): void {}
