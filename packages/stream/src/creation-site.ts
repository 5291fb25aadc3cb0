/**
 * Where in the user's code a stage or a terminal was made. Known only where the loop's debug mode was on by then: a stack
 * costs microseconds, as much as a whole short pipeline.
 */
import { currentLoop } from '@oxbow/loop';

/** A stack as it was taken; its text is made when it is asked for. */
export interface CreationSite {
  readonly stack?: string;
}

/** Frames looked at for the first one of the user. */
const STACK_FRAMES = 20;
/** Of a bundle nobody knows it: there this package's frames are the user's. */
const ownFolder = (import.meta.url as string | undefined)?.replace(/[^/]*$/, '');

/** What the stages that are being made were asked for by. */
let current: CreationSite | undefined;

/** The place in the code that called into this package; `undefined` outside of debug mode. */
export function creationSite(): CreationSite | undefined {
  if (!currentLoop().debug) return undefined;
  const site: CreationSite = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES;
  // A page's engine may have none; then the place stays unknown.
  Error.captureStackTrace?.(site, creationSite);
  Error.stackTraceLimit = limit;
  return site;
}

/** From here on stages are made for `site`, until `leaveSite` is given what this returns. */
export function enterSite(site: CreationSite | undefined): CreationSite | undefined {
  const outer = current;
  current = site;
  return outer;
}

export function leaveSite(outer: CreationSite | undefined): void {
  current = outer;
}

/** What the stage that is being made was asked for by. */
export function siteOfStage(): CreationSite | undefined {
  return current;
}

/** `function (file:line:column)` of the first frame that is neither this package's, nor RxJS's, nor Node's. */
export function placeOf(site: CreationSite | undefined): string | undefined {
  for (const line of site?.stack?.split('\n').slice(1) ?? []) {
    if (ownFolder !== undefined && line.includes(ownFolder)) continue;
    if (line.includes('/node_modules/rxjs/') || line.includes('(node:')) continue;
    return line
      .trim()
      .replace(/^at (?:async )?/, '')
      .replace('file://', '');
  }
  return undefined;
}
