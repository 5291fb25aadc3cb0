/** The Node side of the shell. */
export { APPS, type App, appNamed } from './app-list.ts';
export { CHROMIUM_ARGS, chromiumPath } from './chromium.ts';
export { highlight } from './highlight.ts';
export { browserOpener } from './open-browser.ts';
export { bundlePage, bundleScript, type PageFile, type PageFiles } from './page-bundle.ts';
export {
  choosePort,
  isFromElsewhere,
  isLoopbackHost,
  openPageSite,
  type PageSite,
  type PageSiteOptions,
  PortTakenError,
} from './page-site.ts';
export { readPort } from './read-port.ts';
export { EXIT, Refusal, runApp } from './run-app.ts';
export { type ListedApp, listApps } from './running-apps.ts';
