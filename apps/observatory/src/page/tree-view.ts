/** Draws the growing tree of pages on a canvas; glides to each new layout instead of jumping. */

import { colourOf, onSchemeChange } from '@oxbow/shell/page';
import type { TreeNode } from '../feed-message.ts';
import { placeTree } from './tree-layout.ts';

/** Which of the four colours a status belongs to. */
export function statusClass(status: number): 'ok' | 'moved' | 'missing' | 'broken' {
  if (status >= 500 || status === 0) return 'broken';
  if (status >= 400) return 'missing';
  return status >= 300 ? 'moved' : 'ok';
}

const MARGIN = 14;
/** How near to a dot counts as at it, in pixels. */
const REACH = 12;
/** Share of the remaining way that a page moves in one frame. */
const GLIDE = 0.18;

export class TreeView {
  readonly #canvas: HTMLCanvasElement;
  readonly #note: HTMLElement;
  readonly #reading: HTMLElement;
  #nodes: TreeNode[] = [];
  #goal: { x: number; y: number }[] = [];
  #now: { x: number; y: number }[] = [];
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, note: HTMLElement, reading: HTMLElement) {
    this.#canvas = canvas;
    this.#note = note;
    this.#reading = reading;
    canvas.addEventListener('pointermove', (event) => this.#read(event));
    canvas.addEventListener('click', (event) => this.#open(event));
    new ResizeObserver(() => this.#layOut()).observe(canvas);
    onSchemeChange(() => this.#animate());
  }

  reset(nodes: readonly TreeNode[]): void {
    this.#nodes = [...nodes];
    this.#now = [];
    this.#layOut();
  }

  add(nodes: readonly TreeNode[]): void {
    if (nodes.length === 0) return;
    this.#nodes.push(...nodes);
    this.#layOut();
  }

  /** Tells the page under the pointer. */
  #read(event: MouseEvent): void {
    const node = this.#nodeAt(event);
    if (node !== undefined) this.#reading.textContent = `${node[1]} ${node[2]}`;
  }

  #open(event: MouseEvent): void {
    const node = this.#nodeAt(event);
    if (node !== undefined) window.open(node[2], '_blank', 'noreferrer');
  }

  #nodeAt({ offsetX, offsetY }: MouseEvent): TreeNode | undefined {
    let nearest: TreeNode | undefined;
    let distance = REACH;
    this.#now.forEach(({ x, y }, at) => {
      const away = Math.hypot(x - offsetX, y - offsetY);
      if (away >= distance) return;
      distance = away;
      nearest = this.#nodes[at];
    });
    return nearest;
  }

  #layOut(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const radius = Math.max(0, Math.min(width, height) / 2 - MARGIN);
    const places = placeTree(this.#nodes.map(([parent]) => parent));
    this.#goal = places.map(({ angle, ring }) => ({
      x: width / 2 + radius * ring * Math.cos(angle - Math.PI / 2),
      y: height / 2 + radius * ring * Math.sin(angle - Math.PI / 2),
    }));
    for (let at = this.#now.length; at < this.#goal.length; at += 1) {
      const parent = this.#nodes[at]?.[0] ?? -1;
      const from = this.#now[parent] ?? this.#goal[at];
      this.#now.push({ x: from?.x ?? 0, y: from?.y ?? 0 });
    }
    this.#note.textContent = this.#nodes.length === 0 ? '' : `${this.#nodes.length} pages`;
    this.#animate();
  }

  #animate(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#glide()) this.#animate();
      this.#draw();
    });
  }

  #glide(): boolean {
    let moving = false;
    this.#now.forEach((now, at) => {
      const goal = this.#goal[at] ?? now;
      now.x += (goal.x - now.x) * GLIDE;
      now.y += (goal.y - now.y) * GLIDE;
      moving ||= Math.abs(goal.x - now.x) + Math.abs(goal.y - now.y) > 0.5;
    });
    return moving;
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    context.scale(scale, scale);
    const box = this.#canvas.parentElement ?? document.body;
    const colours = {
      ok: colourOf(box, '--river'),
      moved: colourOf(box, '--dusk'),
      missing: colourOf(box, '--sand'),
      broken: colourOf(box, '--clay'),
    };
    this.#drawEdges(context, colourOf(box, '--faint'), width / 2, height / 2);
    const dot = this.#nodes.length > 1200 ? 1.6 : this.#nodes.length > 300 ? 2.4 : 3.6;
    this.#now.forEach((now, at) => {
      const [parent, status] = this.#nodes[at] ?? [-1, 0];
      context.fillStyle = colours[statusClass(status)];
      context.beginPath();
      context.arc(now.x, now.y, parent < 0 ? dot * 2 : dot, 0, 2 * Math.PI);
      context.fill();
    });
  }

  #drawEdges(context: CanvasRenderingContext2D, colour: string, centreX: number, centreY: number): void {
    context.strokeStyle = colour;
    context.globalAlpha = this.#nodes.length > 800 ? 0.18 : 0.35;
    context.lineWidth = 0.8;
    context.beginPath();
    this.#now.forEach((now, at) => {
      const from = this.#now[this.#nodes[at]?.[0] ?? -1];
      if (from === undefined) return;
      // Bending towards the centre keeps a sector's edges together, as a river's arms are.
      const bendX = (from.x + now.x) / 2 + (centreX - (from.x + now.x) / 2) * 0.25;
      const bendY = (from.y + now.y) / 2 + (centreY - (from.y + now.y) / 2) * 0.25;
      context.moveTo(from.x, from.y);
      context.quadraticCurveTo(bendX, bendY, now.x, now.y);
    });
    context.stroke();
    context.globalAlpha = 1;
  }
}
