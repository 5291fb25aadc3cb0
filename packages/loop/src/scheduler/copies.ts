/**
 * Notices a second copy of this package in the program. Each copy has tasks, contexts and an
 * AsyncLocalStorage of its own, so cancellation and deadlines stop where code of one calls code of the other.
 */

import { pathOf } from '../host/file-path.ts';
import { warn } from '../host/program.ts';

/** Where copies leave their places for each other. */
const COPIES = Symbol.for('oxbow.loop.copies');

let isKnown = false;

/** Called when a loop is made: the second copy that makes one says so, once, with the places of both. */
export function noticeCopy(): void {
  if (isKnown) return;
  isKnown = true;
  const slots = globalThis as Record<symbol, string[] | undefined>;
  slots[COPIES] ??= [];
  const places = slots[COPIES];
  places.push(placeOf(import.meta.url));
  if (places.length !== 2) return;
  warn(
    `Two copies of @oxbow/loop are in this program: ${places[0]} and ${places[1]}. Cancellation, deadlines and the current task ` +
      'stop at the border between them. Let npm install one: "npm ls @oxbow/loop" shows who brings which.',
    'ERR_OXBOW_LOOP_DUPLICATE',
  );
}

/** The folder of the package; in a bundle, its file. */
function placeOf(url: string | undefined): string {
  if (url === undefined) return 'a bundle';
  const path = pathOf(url);
  const folder = /^(.*)[\\/]src[\\/]scheduler[\\/]copies\.ts$|^(.*[\\/]loop)[\\/]dist[\\/][^\\/]+\.js$/.exec(
    path,
  );
  return folder?.[1] ?? folder?.[2] ?? path;
}
