/** Which part of the tree is looked at: places on the unit circle to pixels and back. Knows no canvas. */

/** A place in pixels from the left upper corner, or on the unit circle around the seeds. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The size of the picture, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Nearest that one may come: some ten pages of 10,000 fill the picture then. */
export const MAX_ZOOM = 40;
/** Room around the tree, in pixels. */
const MARGIN_PX = 16;
/** A wide picture is filled by an oval, so many times as wide as high at most. */
const MAX_STRETCH = 1.6;

/** Looks at the whole tree at first. */
export class TreeCamera {
  /** How much nearer than the whole tree; 1 is the whole tree. */
  zoom = 1;
  /** The place in the middle of the picture. */
  #x = 0;
  #y = 0;

  toPicture({ x, y }: Point, size: Size): Point {
    const scale = this.#scale(size);
    return { x: size.width / 2 + (x - this.#x) * scale.x, y: size.height / 2 + (y - this.#y) * scale.y };
  }

  toTree({ x, y }: Point, size: Size): Point {
    const scale = this.#scale(size);
    return { x: this.#x + (x - size.width / 2) / scale.x, y: this.#y + (y - size.height / 2) / scale.y };
  }

  /** Comes nearer by `factor`; what is at `at` in the picture stays there. */
  zoomBy(factor: number, at: Point, size: Size): void {
    const before = this.toTree(at, size);
    this.zoom = Math.min(MAX_ZOOM, Math.max(1, this.zoom * factor));
    const after = this.toTree(at, size);
    this.#moveTo(this.#x + before.x - after.x, this.#y + before.y - after.y);
  }

  /** Moves the picture by so many pixels. */
  panBy(right: number, down: number, size: Size): void {
    const scale = this.#scale(size);
    this.#moveTo(this.#x - right / scale.x, this.#y - down / scale.y);
  }

  /** Brings a place of the tree into the middle when it is not in the picture. */
  reveal(place: Point, size: Size): void {
    const { x, y } = this.toPicture(place, size);
    const isSeen =
      x > MARGIN_PX && y > MARGIN_PX && x < size.width - MARGIN_PX && y < size.height - MARGIN_PX;
    if (!isSeen) this.#moveTo(place.x, place.y);
  }

  /** Looks at the whole tree again. */
  reset(): void {
    this.zoom = 1;
    this.#moveTo(0, 0);
  }

  /** Pixels of the tree's radius, sideways and up; never 0, so that one may divide by it. */
  #scale({ width, height }: Size): Point {
    const x = Math.max(1, width / 2 - MARGIN_PX);
    const y = Math.max(1, height / 2 - MARGIN_PX);
    return { x: Math.min(x, y * MAX_STRETCH) * this.zoom, y: Math.min(y, x * MAX_STRETCH) * this.zoom };
  }

  /** Not further out than the tree reaches: nobody is to lose it. */
  #moveTo(x: number, y: number): void {
    const reach = 1 - 1 / this.zoom;
    const away = Math.hypot(x, y);
    const kept = away > reach ? reach / away : 1;
    this.#x = x * kept;
    this.#y = y * kept;
  }
}
