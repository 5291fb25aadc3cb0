/** Draws one moment of the tree on a canvas. It keeps nothing but the colours. */
import { colourOf } from '@oxbow/shell/page';
import type { TreeNode } from '../feed-message.ts';
import { statusClass } from './status-class.ts';
import type { Point, Size } from './tree-camera.ts';
import { chooseLabels, type Label } from './tree-labels.ts';

/** What is to be seen. */
export interface TreePicture {
  readonly nodes: readonly TreeNode[];
  /** Where each page stands, in pixels. */
  readonly places: readonly Point[];
  /** Where the seeds' middle stands, in pixels. */
  readonly centre: Point;
  readonly zoom: number;
  /** Names by importance. */
  readonly labels: Iterable<Label>;
  /** The chosen page; -1 for none. */
  readonly chosen: number;
  /** Pages that the chosen one links to. */
  readonly linked: readonly number[];
}

/** With more pages, only the links between pages that lead on are drawn: those to the last pages would be a grey disc. */
const ALL_LINKS_UP_TO = 3000;
/** With more pages, links are straight. */
const CURVES_UP_TO = 1500;

/** A dot with a smaller radius is a square: nobody sees the difference, and thousands are drawn much faster. */
const SQUARE_BELOW_PX = 2;

interface Colours {
  readonly ok: string;
  readonly moved: string;
  readonly missing: string;
  readonly broken: string;
  readonly faint: string;
  readonly ink: string;
  readonly card: string;
}

export class TreePainter {
  readonly #canvas: HTMLCanvasElement;
  #colours: Colours | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  get size(): Size {
    return { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
  }

  /** To be called when the page's colours change. */
  forgetColours(): void {
    this.#colours = undefined;
  }

  paint(picture: TreePicture): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { width, height } = this.size;
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    context.scale(devicePixelRatio, devicePixelRatio);
    this.#colours ??= this.#readColours();
    drawLinks(context, picture, this.#colours);
    drawPages(context, picture, this.#colours, this.size);
    drawChosen(context, picture, this.#colours);
    drawLabels(context, picture, this.#colours, this.size);
  }

  #readColours(): Colours {
    const box = this.#canvas.parentElement ?? document.body;
    return {
      ok: colourOf(box, '--river'),
      moved: colourOf(box, '--dusk'),
      missing: colourOf(box, '--sand'),
      broken: colourOf(box, '--clay'),
      faint: colourOf(box, '--faint'),
      ink: colourOf(box, '--ink'),
      card: colourOf(box, '--card'),
    };
  }
}

function drawLinks(
  context: CanvasRenderingContext2D,
  { nodes, places, centre }: TreePicture,
  { faint }: Colours,
): void {
  const leadsOn = nodes.length > ALL_LINKS_UP_TO ? new Set(nodes.map(([parent]) => parent)) : undefined;
  const isCurved = nodes.length <= CURVES_UP_TO;
  context.strokeStyle = faint;
  context.globalAlpha = nodes.length > 800 ? 0.22 : 0.4;
  context.lineWidth = 0.8;
  context.beginPath();
  places.forEach((to, at) => {
    const from = places[nodes[at]?.[0] ?? -1];
    if (from === undefined || leadsOn?.has(at) === false) return;
    context.moveTo(from.x, from.y);
    if (isCurved) {
      // Bending towards the centre keeps a sector's links together, as a river's arms are.
      const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
      context.quadraticCurveTo(
        middle.x + (centre.x - middle.x) * 0.25,
        middle.y + (centre.y - middle.y) * 0.25,
        to.x,
        to.y,
      );
    } else context.lineTo(to.x, to.y);
  });
  context.stroke();
  context.globalAlpha = 1;
}

/** How large a dot is: smaller where there are many, larger as one comes near. */
export function dotRadius(pages: number, zoom: number): number {
  const whole = pages > 4000 ? 1.3 : pages > 1200 ? 1.7 : pages > 300 ? 2.5 : 3.6;
  return whole * Math.min(3, Math.sqrt(zoom));
}

function drawPages(
  context: CanvasRenderingContext2D,
  { nodes, places, zoom }: TreePicture,
  colours: Colours,
  { width, height }: Size,
): void {
  const radius = dotRadius(nodes.length, zoom);
  for (const kind of ['ok', 'moved', 'missing', 'broken'] as const) {
    context.fillStyle = colours[kind];
    context.beginPath();
    places.forEach(({ x, y }, at) => {
      const [parent, status] = nodes[at] ?? [-1, 0];
      if (statusClass(status) !== kind || x < -9 || y < -9 || x > width + 9 || y > height + 9) return;
      const own = parent < 0 ? radius * 2 : radius;
      if (own < SQUARE_BELOW_PX) {
        context.rect(x - own, y - own, 2 * own, 2 * own);
        return;
      }
      context.moveTo(x + own, y);
      context.arc(x, y, own, 0, 2 * Math.PI);
    });
    context.fill();
  }
}

/** The chosen page with the way to it from its seed, and the pages it links to. */
function drawChosen(
  context: CanvasRenderingContext2D,
  { nodes, places, chosen, linked, zoom }: TreePicture,
  { ink, moved }: Colours,
): void {
  const at = places[chosen];
  if (at === undefined) return;
  context.strokeStyle = moved;
  context.globalAlpha = 0.6;
  context.lineWidth = 1;
  context.beginPath();
  for (const index of linked) {
    const to = places[index];
    if (to === undefined) continue;
    context.moveTo(at.x, at.y);
    context.lineTo(to.x, to.y);
  }
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = ink;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(at.x, at.y);
  for (let above = nodes[chosen]?.[0] ?? -1; above >= 0; above = nodes[above]?.[0] ?? -1) {
    const place = places[above];
    if (place !== undefined) context.lineTo(place.x, place.y);
  }
  context.stroke();
  context.beginPath();
  context.arc(at.x, at.y, dotRadius(nodes.length, zoom) + 4, 0, 2 * Math.PI);
  context.stroke();
}

function drawLabels(
  context: CanvasRenderingContext2D,
  { labels }: TreePicture,
  { ink, card }: Colours,
  size: Size,
): void {
  context.font = '11px ui-sans-serif, system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = card;
  context.fillStyle = ink;
  for (const { text, x, y } of chooseLabels(labels, (name) => context.measureText(name).width, size)) {
    // A border in the colour of the ground keeps a name legible over links.
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}
