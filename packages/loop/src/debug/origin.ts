/**
 * Where things were created: the line of the user's code, kept beside tasks and Ops while debug mode is on.
 *
 * Taking a stack costs 7 to 15 µs, as much as twenty tasks (Node 24.21, 2 cores, 2026-11). So there is a
 * budget. A program that creates few tasks and Ops knows the place of each. One that creates many knows the
 * place of the first and of a part of the rest. A timer refills the budget, because reading a clock each time
 * would cost as much as a turn, even where no stack is taken.
 */

import { everyInBackground } from '../host/background-timer.ts';
import { pathOf } from '../host/file-path.ts';

/** The size of the budget: so many stacks can be taken in a row, at the start or after a quiet time. */
export const MAX_STACKS_AT_ONCE = 1000;
/**
 * How many stacks a second are added to the budget: at 7 to 15 µs each they cost at most 0.3 % of the time.
 */
export const STACKS_PER_SECOND = 200;
const REFILL_EVERY_MS = 100;
/** This part of the budget is for tasks alone: Ops, a hundred times as many, would use it up. */
const KEPT_FOR_TASKS: number = MAX_STACKS_AT_ONCE / 2;
/** How deep a stack is searched for the first frame outside of this package. */
const STACK_FRAMES = 16;

/** A stack as it was taken; the text is made when asked for. */
export interface StackHolder {
  readonly stack?: string;
}

/** How a source map names this package's files. */
const OWN_SOURCE = /(?:@oxbow|packages)\/loop\/(?:src|dist)\//;

const origins = new WeakMap<object, StackHolder>();
/** Where this package lies; `undefined` in a bundle, whose one file holds the user's code too. */
const ownFolder = folderOfPackage(import.meta.url);
const ownPath = ownFolder === undefined ? undefined : pathOf(ownFolder);

function folderOfPackage(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (/\/debug\/origin\.ts$/.test(url)) return new URL('../', url).href;
  // The published form has few files, all in one folder.
  return /\/loop\/dist\/[^/]+\.js$/.test(url) ? new URL('./', url).href : undefined;
}

let left = MAX_STACKS_AT_ONCE;
/** Stops the timer that runs while something is missing from the budget. */
let stopRefilling: (() => void) | undefined;

/** Adds to the budget what a tenth of a second brings. Exported for tests. @internal */
export function refillStacks(): void {
  left = Math.min(MAX_STACKS_AT_ONCE, left + (STACKS_PER_SECOND * REFILL_EVERY_MS) / 1000);
  if (left < MAX_STACKS_AT_ONCE) return;
  stopRefilling?.();
  stopRefilling = undefined;
}

/** The stack at the call, or `undefined` when the budget is used up. */
export function takeStack(): StackHolder | undefined {
  if (left === 0) return undefined;
  left--;
  stopRefilling ??= everyInBackground(REFILL_EVERY_MS, refillStacks);
  const holder: StackHolder = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES;
  Error.captureStackTrace(holder, takeStack);
  Error.stackTraceLimit = limit;
  return holder;
}

/** The stack at the call, for an Op: `undefined` also when the rest of the budget is kept for tasks. */
export function takeOpStack(): StackHolder | undefined {
  return left > KEPT_FOR_TASKS ? takeStack() : undefined;
}

/** Keeps the present stack as the place where `thing` was created. */
export function rememberOrigin(thing: object): void {
  const stack = takeStack();
  if (stack !== undefined) origins.set(thing, stack);
}

/** `function (file:line:column)` of the code that created `thing`, when debug mode saw it. */
export function originOf(thing: object): string | undefined {
  return placeIn(origins.get(thing));
}

/** The first frame of a stack that is neither this package's nor Node's own. */
export function placeIn(holder: StackHolder | undefined): string | undefined {
  for (const line of holder?.stack?.split('\n') ?? []) {
    if (!/^\s+at /.test(line) || isOwnFrame(line)) continue;
    return readablePlace(line.trim().slice('at '.length));
  }
  return undefined;
}

/** Whether a frame or address lies in this package or in Node. */
export function isOwnFrame(text: string): boolean {
  if (text.includes('node:')) return true;
  if (ownFolder === undefined || ownPath === undefined) return OWN_SOURCE.test(text);
  return text.includes(ownFolder) || text.includes(ownPath);
}

/** Turns the `file:` URLs in a place into paths, which editors and terminals can open. */
export function readablePlace(place: string): string {
  return place.replace(/file:\/\/\/[^\s)]*/g, (found) => {
    const [, url, position] = /^(.*?)((?::\d+)*)$/.exec(found)!;
    return pathOf(url!) + position;
  });
}
