/** Which pages of the tree get their name beside them: the most telling first, as many as fit without covering each other. */
import type { Point, Size } from './tree-camera.ts';

/** A name that may stand in the picture. */
export interface Label extends Point {
  readonly text: string;
}

/** Names in the picture at once. */
export const MAX_LABELS = 30;
/** Names tried before the rest is left out: a crowded picture is not searched to its end. */
const MAX_TRIED = 400;
const HEIGHT_PX = 14;
/** From the dot to its name. */
const GAP_PX = 6;
const MAX_NAME_CHARACTERS = 24;

/** Names from `candidates`, the most telling first, whose dots are in the picture. */
export function chooseLabels(
  candidates: Iterable<Label>,
  widthOf: (text: string) => number,
  size: Size,
): Label[] {
  const chosen: Label[] = [];
  const taken: { left: number; right: number; y: number }[] = [];
  let tried = 0;
  for (const { text, x, y } of candidates) {
    if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
    tried += 1;
    if (tried > MAX_TRIED || chosen.length >= MAX_LABELS) break;
    const width = widthOf(text);
    const left = x + GAP_PX + width > size.width ? x - GAP_PX - width : x + GAP_PX;
    const right = left + width;
    const isFree =
      left >= 0 &&
      taken.every((other) => other.left > right || other.right < left || Math.abs(other.y - y) > HEIGHT_PX);
    if (!isFree) continue;
    taken.push({ left, right, y });
    chosen.push({ text, x: left, y });
  }
  return chosen;
}

/** A page's name: the last part of its path, or its host. */
export function nameOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return cut(url);
  const parts = parsed.pathname.split('/').filter((part) => part !== '');
  // Every folder has such a page: the folder tells them apart.
  if (parts.length > 1 && /^(index|readme)\.\w+$/i.test(parts.at(-1) ?? '')) parts.pop();
  const last = parts.at(-1);
  return cut(last === undefined ? `${parsed.host}${parsed.search}` : `${decoded(last)}${parsed.search}`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function cut(text: string): string {
  return text.length <= MAX_NAME_CHARACTERS ? text : `${text.slice(0, MAX_NAME_CHARACTERS - 1)}…`;
}
