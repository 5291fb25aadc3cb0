/** Lines over a common x axis, drawn by uPlot in the page's own colours and at the size of their box; the values under the pointer are told. */
import uPlot from 'uplot';
import { colourOf, onSchemeChange } from './colour.ts';
import { ticksTo } from './scale.ts';

/** One line of a plot. */
export interface Line {
  /** Its name in the reading under the pointer. */
  readonly name: string;
  /** Name of the CSS variable with its colour, such as `--river`. */
  readonly colour: string;
  /** Whether it is dashed: what was computed rather than measured. */
  readonly dashed?: boolean;
  /** Whether the area under it is filled. Default: when the plot has one line. */
  readonly filled?: boolean;
}

/** How a plot looks. */
export interface PlotStyle {
  readonly lines: readonly Line[];
  /** Turns a y value into words. */
  readonly y: (value: number) => string;
  /** Turns an x value into words. Default: seconds. */
  readonly x?: (value: number) => string;
  /** Whether the y axis counts bytes, so that its ticks are round in KiB. */
  readonly bytes?: boolean;
  /** Whether both axes are logarithmic. */
  readonly logarithmic?: boolean;
  /** What the plot shows, for people who cannot see it; the last values are added. */
  readonly label: string;
}

/** A column of y values for each line; `null` where a line has no point. */
export type Columns = readonly (readonly (number | null)[])[];

const TICK_SPACE_PX = 34;
/** Every how often the words for people who cannot see the plot follow it, in milliseconds. */
const LABEL_PAUSE_MS = 5000;

/** A plot in `box`, whose class should be `plot`. */
export class Plot {
  readonly #box: HTMLElement;
  readonly #style: PlotStyle;
  readonly #reading = document.createElement('div');
  #plot: uPlot | undefined;
  #data: uPlot.AlignedData = [[]];
  #labelledAt = Number.NEGATIVE_INFINITY;

  constructor(box: HTMLElement, style: PlotStyle) {
    this.#box = box;
    this.#style = style;
    this.#reading.className = 'reading';
    this.#reading.hidden = true;
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', style.label);
    new ResizeObserver(() =>
      this.#plot?.setSize({ width: box.clientWidth, height: box.clientHeight }),
    ).observe(box);
    onSchemeChange(() => this.#rebuild());
  }

  /** Replaces all points: `columns` holds one list of y values for each line, as long as `xs`. */
  show(xs: readonly number[], columns: Columns): void {
    this.#data = [xs, ...columns] as unknown as uPlot.AlignedData;
    if (this.#plot === undefined) this.#rebuild();
    else this.#plot.setData(this.#data);
    this.#describe();
  }

  #describe(): void {
    const now = performance.now();
    if (now - this.#labelledAt < LABEL_PAUSE_MS) return;
    this.#labelledAt = now;
    const last = this.#style.lines.map(({ name }, index) => {
      const value = (this.#data[index + 1] as (number | null)[]).at(-1);
      return value == null ? '' : `${name} ${this.#style.y(value)}`;
    });
    const words = last.filter((word) => word !== '').join(', ');
    this.#box.setAttribute('aria-label', `${this.#style.label}${words === '' ? '' : `: ${words}`}`);
  }

  #rebuild(): void {
    this.#plot?.destroy();
    const { lines, x = (value: number) => `${value} s`, y, bytes = false, logarithmic = false } = this.#style;
    const axis = {
      stroke: colourOf(this.#box, '--faint'),
      grid: { stroke: colourOf(this.#box, '--line'), width: 1 },
      ticks: { show: false },
    };
    const ticks = (self: uPlot, max: number): number[] => [
      ...ticksTo(max, Math.max(2, Math.floor(self.height / TICK_SPACE_PX) - 1), bytes ? 1024 : 10),
    ];
    this.#plot = new uPlot(
      {
        width: this.#box.clientWidth,
        height: this.#box.clientHeight,
        scales: logarithmic
          ? { x: { time: false, distr: 3 }, y: { distr: 3 } }
          : {
              x: { time: false },
              y: { range: (self, _min, max) => [0, ticks(self, max || 1).at(-1) as number] },
            },
        cursor: { y: false, drag: { x: false, y: false } },
        hooks: { setCursor: [(self) => this.#read(self)] },
        axes: [
          {
            ...axis,
            values: (_self, values) => values.map((value) => (value === null ? '' : x(value))),
            space: 70,
            size: 28,
          },
          {
            ...axis,
            ...(logarithmic
              ? {}
              : { splits: (self: uPlot, _axis: number, _min: number, max: number) => ticks(self, max) }),
            values: (_self, values) => values.map((value) => (value === null ? '' : y(value))),
            size: 72,
          },
        ],
        series: [
          {},
          ...lines.map(({ colour, dashed = false, filled = lines.length === 1 }) => {
            const stroke = colourOf(this.#box, colour);
            return {
              stroke,
              width: 2,
              spanGaps: true,
              ...(dashed ? { dash: [6, 5] } : {}),
              ...(filled ? { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` } : {}),
              points: { show: logarithmic && !dashed },
            };
          }),
        ],
      },
      this.#data,
      this.#box,
    );
    this.#plot.over.append(this.#reading);
  }

  /** Tells the values at the pointer. */
  #read(self: uPlot): void {
    const { idx, left = -1 } = self.cursor;
    this.#reading.hidden = idx == null || left < 0;
    if (idx == null || left < 0) return;
    const { lines, x = (value: number) => `${value} s`, y } = this.#style;
    const values = lines.flatMap(({ name }, index) => {
      const value = (this.#data[index + 1] as (number | null)[])[idx];
      return value == null ? [] : [lines.length === 1 ? y(value) : `${name} ${y(value)}`];
    });
    this.#reading.textContent = [x((this.#data[0] as number[])[idx] as number), ...values].join(' · ');
    const isRight = left > self.over.clientWidth / 2;
    this.#reading.style.left = isRight ? '' : `${left + 12}px`;
    this.#reading.style.right = isRight ? `${self.over.clientWidth - left + 12}px` : '';
    this.#reading.style.top = '4px';
  }
}
