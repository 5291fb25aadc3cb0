/** The growing tree of pages: glides to each new layout, is looked at near and far, and is walked by pointer and keyboard. */
import { onSchemeChange } from '@oxbow/shell/page';
import type { TreeNode } from '../feed-message.ts';
import { type Point, TreeCamera } from './tree-camera.ts';
import { type Label, nameOf } from './tree-labels.ts';
import { leavesBelow, placeTree } from './tree-layout.ts';
import { TreePainter } from './tree-painter.ts';
import { stepFrom, type WalkKey } from './tree-walk.ts';

/** How near to a dot counts as at it, in pixels. */
const REACH_PX = 12;
/** Share of the remaining way that a page moves in one frame. */
const GLIDE = 0.18;
/** A tree with more pages jumps to its new layout: to move them all takes longer than a frame has. */
const GLIDES_UP_TO = 2500;
/** With more pages in the picture, only those that lead on are named. */
const NAMES_ALL_UP_TO = 400;
/** One press of a key or button. */
const ZOOM_STEP = 1.5;
/** A press that moves less far is a click, in pixels. */
const CLICK_REACH_PX = 5;
const WALK_KEYS: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home']);

/** The elements around the picture. */
export interface TreeSurroundings {
  readonly canvas: HTMLCanvasElement;
  /** What has the focus while the keyboard walks. */
  readonly frame: HTMLElement;
  /** How many pages there are. */
  readonly note: HTMLElement;
  /** The page that is pointed at. */
  readonly reading: HTMLElement;
  /** Buttons that mean something only when one has come nearer. */
  readonly awayButtons: readonly HTMLButtonElement[];
}

export class TreeView {
  readonly #canvas: HTMLCanvasElement;
  readonly #frame: HTMLElement;
  readonly #note: HTMLElement;
  readonly #reading: HTMLElement;
  readonly #awayButtons: readonly HTMLButtonElement[];
  readonly #open: (url: string) => void;
  readonly #painter: TreePainter;
  readonly #camera = new TreeCamera();
  readonly #pointers = new Map<number, Point>();
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  #nodes: TreeNode[] = [];
  #parents: number[] = [];
  readonly #indexOf = new Map<string, number>();
  /** Pages with the most below them first: whose names are shown first. */
  #byWeight: readonly number[] = [];
  /** How many of those lead to further pages. */
  #heavy = 0;
  /** On the unit circle. */
  #goal: { x: number; y: number }[] = [];
  #now: { x: number; y: number }[] = [];
  #chosen = -1;
  #linked: readonly number[] = [];
  #animationFrame = 0;
  #draggedPx = 0;

  /** @param open shows a page's details */
  constructor({ canvas, frame, note, reading, awayButtons }: TreeSurroundings, open: (url: string) => void) {
    this.#canvas = canvas;
    this.#frame = frame;
    this.#note = note;
    this.#reading = reading;
    this.#awayButtons = awayButtons;
    this.#open = open;
    this.#painter = new TreePainter(canvas);
    this.#listen();
    new ResizeObserver(() => this.#animate()).observe(canvas);
    onSchemeChange(() => {
      this.#painter.forgetColours();
      this.#animate();
    });
  }

  reset(nodes: readonly TreeNode[]): void {
    const chosen = this.#nodes[this.#chosen]?.[2];
    this.#nodes = [];
    this.#parents = [];
    this.#now = [];
    this.#indexOf.clear();
    this.#linked = [];
    this.#take(nodes);
    this.#chosen = chosen === undefined ? -1 : (this.#indexOf.get(chosen) ?? -1);
  }

  add(nodes: readonly TreeNode[]): void {
    if (nodes.length > 0) this.#take(nodes);
  }

  /** Marks a page, if it is in the tree, and the pages it links to. */
  choose(url: string, links: readonly string[]): void {
    this.#chosen = this.#indexOf.get(url) ?? -1;
    this.#linked = links.flatMap((link) => this.#indexOf.get(link) ?? []);
    const place = this.#goal[this.#chosen];
    if (place !== undefined) this.#camera.reveal(place, this.#painter.size);
    this.#tell(this.#chosen);
    this.#animate();
  }

  /** Comes nearer to the middle, or goes away from it. */
  zoom(direction: 'in' | 'out'): void {
    const { width, height } = this.#painter.size;
    this.#zoomAt({ x: width / 2, y: height / 2 }, direction === 'in' ? ZOOM_STEP : 1 / ZOOM_STEP);
  }

  showWhole(): void {
    this.#camera.reset();
    this.#animate();
  }

  #take(nodes: readonly TreeNode[]): void {
    for (const node of nodes) {
      this.#indexOf.set(node[2], this.#nodes.length);
      this.#nodes.push(node);
      this.#parents.push(node[0]);
    }
    const leaves = leavesBelow(this.#parents);
    this.#goal = placeTree(this.#parents, leaves).map(({ angle, ring }) => ({
      x: ring * Math.cos(angle - Math.PI / 2),
      y: ring * Math.sin(angle - Math.PI / 2),
    }));
    ({ all: this.#byWeight, heavy: this.#heavy } = byWeight(this.#parents, leaves));
    for (let at = this.#now.length; at < this.#goal.length; at += 1) {
      const from = this.#now[this.#parents[at] ?? -1] ?? this.#goal[at];
      this.#now.push({ x: from?.x ?? 0, y: from?.y ?? 0 });
    }
    this.#note.textContent = this.#nodes.length === 0 ? '' : `${this.#nodes.length.toLocaleString()} pages`;
    this.#animate();
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of ['pointerup', 'pointercancel'] as const)
      canvas.addEventListener(end, ({ pointerId }) => this.#pointers.delete(pointerId));
    canvas.addEventListener('click', (event) => this.#click(event));
    this.#frame.addEventListener('keydown', (event) => this.#key(event));
    // The wheel scrolls the page; with Ctrl, or two fingers on a touchpad, it comes nearer.
    canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.#zoomAt({ x: event.offsetX, y: event.offsetY }, Math.exp(-event.deltaY / 200));
      },
      { passive: false },
    );
  }

  #press(event: PointerEvent): void {
    this.#pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (this.#pointers.size === 1) this.#draggedPx = 0;
    // Capture keeps a drag that leaves the picture; a touch that scrolls the page ends by pointercancel.
    this.#canvas.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const to = { x: event.offsetX, y: event.offsetY };
    const from = this.#pointers.get(event.pointerId);
    if (from === undefined) {
      this.#tell(this.#nodeAt(to));
      return;
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, to);
    if (other !== undefined) {
      const before = Math.hypot(from.x - other.x, from.y - other.y) || 1;
      this.#zoomAt(other, Math.hypot(to.x - other.x, to.y - other.y) / before);
    }
    this.#draggedPx += Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
    this.#camera.panBy(to.x - from.x, to.y - from.y, this.#painter.size);
    this.#animate();
  }

  #click({ offsetX, offsetY }: MouseEvent): void {
    if (this.#draggedPx > CLICK_REACH_PX) return;
    const url = this.#nodes[this.#nodeAt({ x: offsetX, y: offsetY })]?.[2];
    if (url !== undefined) this.#open(url);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const url = this.#nodes[this.#chosen]?.[2];
    if (WALK_KEYS.has(key)) {
      const to = stepFrom(this.#parents, this.#chosen, key as WalkKey);
      const next = this.#nodes[to]?.[2];
      if (next !== undefined) this.choose(next, []);
    } else if (key === '+' || key === '=') this.#zoomToChosen(ZOOM_STEP);
    else if (key === '-') this.#zoomToChosen(1 / ZOOM_STEP);
    else if (key === '0') this.showWhole();
    else if (key === 'Enter' && url !== undefined) this.#open(url);
    else return;
    event.preventDefault();
  }

  #zoomToChosen(factor: number): void {
    const { size } = this.#painter;
    const chosen = this.#goal[this.#chosen];
    const middle = { x: size.width / 2, y: size.height / 2 };
    this.#zoomAt(chosen === undefined ? middle : this.#camera.toPicture(chosen, size), factor);
  }

  #zoomAt(at: Point, factor: number): void {
    this.#camera.zoomBy(factor, at, this.#painter.size);
    this.#animate();
  }

  /** Tells a page in words. */
  #tell(at: number): void {
    const node = this.#nodes[at];
    if (node === undefined) return;
    const [, status, url] = node;
    this.#reading.textContent = `${status === 0 ? 'no answer' : status} ${url}`;
  }

  #nodeAt(pointer: Point): number {
    const { size } = this.#painter;
    let nearest = -1;
    let distance = REACH_PX;
    this.#now.forEach((place, at) => {
      const { x, y } = this.#camera.toPicture(place, size);
      const away = Math.hypot(x - pointer.x, y - pointer.y);
      if (away >= distance) return;
      distance = away;
      nearest = at;
    });
    return nearest;
  }

  #animate(): void {
    if (this.#animationFrame !== 0) return;
    this.#animationFrame = requestAnimationFrame(() => {
      this.#animationFrame = 0;
      if (this.#glide()) this.#animate();
      this.#paint();
    });
  }

  #glide(): boolean {
    const share = this.#stillness.matches || this.#nodes.length > GLIDES_UP_TO ? 1 : GLIDE;
    let isMoving = false;
    this.#now.forEach((now, at) => {
      const goal = this.#goal[at] ?? now;
      now.x += (goal.x - now.x) * share;
      now.y += (goal.y - now.y) * share;
      isMoving ||= Math.abs(goal.x - now.x) + Math.abs(goal.y - now.y) > 0.002;
    });
    return isMoving;
  }

  #paint(): void {
    const { size } = this.#painter;
    for (const away of this.#awayButtons) away.disabled = this.#camera.zoom === 1;
    const places = this.#now.map((place) => this.#camera.toPicture(place, size));
    this.#painter.paint({
      nodes: this.#nodes,
      places,
      centre: this.#camera.toPicture({ x: 0, y: 0 }, size),
      zoom: this.#camera.zoom,
      labels: this.#labels(places),
      chosen: this.#chosen,
      linked: this.#linked,
    });
  }

  *#labels(places: readonly Point[]): Generator<Label> {
    const chosen = places[this.#chosen];
    if (chosen !== undefined) yield { text: nameOf(this.#nodes[this.#chosen]?.[2] ?? ''), ...chosen };
    // In a crowd, the names of single pages say nothing.
    const { width, height } = this.#painter.size;
    const seen = places.reduce(
      (count, { x, y }) => count + Number(x > 0 && y > 0 && x < width && y < height),
      0,
    );
    const named = seen > NAMES_ALL_UP_TO ? this.#byWeight.slice(0, this.#heavy) : this.#byWeight;
    for (const at of named) {
      const place = places[at];
      if (place !== undefined && at !== this.#chosen)
        yield { text: nameOf(this.#nodes[at]?.[2] ?? ''), ...place };
    }
  }
}

/** Seeds first, then pages by how many are below them (`heavy` of them); those that lead nowhere in the order of arrival. */
function byWeight(
  parents: readonly number[],
  leaves: readonly number[],
): { readonly all: readonly number[]; readonly heavy: number } {
  const weightOf = (at: number): number =>
    (parents[at] ?? 0) < 0 ? Number.POSITIVE_INFINITY : (leaves[at] ?? 0);
  const all = parents.map((_, at) => at);
  // Most pages lead nowhere: to sort them too would take longer than a frame has.
  const heavy = all.filter((at) => weightOf(at) > 1).sort((a, b) => weightOf(b) - weightOf(a) || a - b);
  return { all: [...heavy, ...all.filter((at) => weightOf(at) <= 1)], heavy: heavy.length };
}
