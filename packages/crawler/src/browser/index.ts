/** The door `@oxbow/crawler/browser`: pages as a browser shows them, for the routes that ask. It needs `playwright-core` and a Chromium. */
export {
  BrowserPool,
  type BrowserPoolOptions,
  type BrowserStatistics,
  DEFAULT_BLOCKED,
} from './browser-pool.ts';
export { screenshotName } from './render-page.ts';
