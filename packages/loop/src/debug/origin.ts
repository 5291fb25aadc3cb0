// Where things were created: the line of the user's code, kept beside tasks and Ops while debug mode is on.
//
// A stack costs microseconds, as much as twenty tasks. So they come out of a budget: a program that creates little knows
// the place of everything, one that creates much of what it began with and of a part of the rest. A timer fills the
// budget up again: asking a clock whether there is some would cost those that get none as much as a turn.

import { everyInBackground } from '../host/background-timer.ts';
import { pathOf } from '../host/file-path.ts';

/** Stacks taken in a row, at most: so much of a program's start, or of what follows a quiet time, knows its place. */
export const MAX_STACKS_AT_ONCE = 1000;
/** Stacks a second in the long run: at 7 to 15 µs each, 0.3 % of the time. */
export const STACKS_PER_SECOND = 200;
const REFILL_EVERY_MS = 100;
/** Ops, of which there may be a hundred for each task, leave so many to the tasks. */
const KEPT_FOR_TASKS: number = MAX_STACKS_AT_ONCE / 2;
/** Frames of a stack looked at for the first one outside of this package. */
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
  return url !== undefined && /\/debug\/origin\.[jt]s$/.test(url) ? new URL('../', url).href : undefined;
}

let left = MAX_STACKS_AT_ONCE;
/** Stops the timer that runs while something is missing from the budget. */
let stopRefilling: (() => void) | undefined;

/** A tenth of a second has passed. @internal */
export function refillStacks(): void {
  left = Math.min(MAX_STACKS_AT_ONCE, left + (STACKS_PER_SECOND * REFILL_EVERY_MS) / 1000);
  if (left < MAX_STACKS_AT_ONCE) return;
  stopRefilling?.();
  stopRefilling = undefined;
}

/** The stack of whoever called; `undefined` when the budget is used up. */
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

/** The same for an Op: `undefined` already when the rest is kept for tasks. */
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

/** Paths are what editors and terminals can open; URLs are not. */
export function readablePlace(place: string): string {
  return place.replace(/file:\/\/\/[^\s)]*/g, (found) => {
    const [, url, position] = /^(.*?)((?::\d+)*)$/.exec(found)!;
    return pathOf(url!) + position;
  });
}
