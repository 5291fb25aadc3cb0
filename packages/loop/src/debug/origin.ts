// Where things were created: the line of the user's code, kept beside tasks and Ops while debug mode is on.
//
// A stack costs microseconds, as much as twenty tasks. So no more than a number of them are taken a second: a program
// that creates little knows the place of everything, one that creates much of a part.

import { fileURLToPath } from 'node:url';

/** Stacks taken a second, at most: at 5 to 10 µs each, 1 % of the time. */
export const MAX_STACKS_PER_SECOND = 1000;
/** Frames of a stack looked at for the first one outside of this package. */
const STACK_FRAMES = 16;

/** A stack as it was taken; the text is made when asked for. */
export interface StackHolder {
  readonly stack?: string;
}

const origins = new WeakMap<object, StackHolder>();
const ownFolder = new URL('../', import.meta.url).href;
const ownPath = fileURLToPath(ownFolder);

let left = MAX_STACKS_PER_SECOND;
let refilledAtMs = 0;

/** The stack of whoever called; `undefined` when this second's share is used up. */
export function takeStack(): StackHolder | undefined {
  if (left === 0) {
    const nowMs = performance.now();
    if (nowMs - refilledAtMs < 1000) return undefined;
    refilledAtMs = nowMs;
    left = MAX_STACKS_PER_SECOND;
  }
  left--;
  const holder: StackHolder = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES;
  Error.captureStackTrace(holder, takeStack);
  Error.stackTraceLimit = limit;
  return holder;
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
  return text.includes(ownFolder) || text.includes(ownPath) || text.includes('node:');
}

/** Paths are what editors and terminals can open; URLs are not. */
export function readablePlace(place: string): string {
  return place.replace(/file:\/\/\/[^\s)]*/g, (found) => {
    const [, url, position] = /^(.*?)((?::\d+)*)$/.exec(found)!;
    try {
      return fileURLToPath(url!) + position;
    } catch {
      return found;
    }
  });
}
