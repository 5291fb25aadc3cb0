/** One line over time, drawn by uPlot in the page's own colours and at the size of its box. */
import uPlot from 'uplot';
import { colourOf, onSchemeChange } from './colour.ts';

/** How one plot looks. */
export interface PlotStyle {
  /** Name of the CSS variable with the line's colour. */
  readonly colour: string;
  /** Turns a value into the words of the axis. */
  readonly format: (value: number) => string;
}

export class Plot {
  readonly #box: HTMLElement;
  readonly #style: PlotStyle;
  #plot: uPlot | undefined;
  #data: [number[], number[]] = [[], []];

  constructor(box: HTMLElement, style: PlotStyle) {
    this.#box = box;
    this.#style = style;
    new ResizeObserver(() =>
      this.#plot?.setSize({ width: box.clientWidth, height: box.clientHeight }),
    ).observe(box);
    onSchemeChange(() => this.#rebuild());
  }

  /** Replaces all points; `x` in seconds since the crawl began. */
  show(points: readonly (readonly [x: number, y: number])[]): void {
    this.#data = [points.map(([x]) => x), points.map(([, y]) => y)];
    if (this.#plot === undefined) this.#rebuild();
    else this.#plot.setData(this.#data);
  }

  #rebuild(): void {
    this.#plot?.destroy();
    const line = colourOf(this.#box, this.#style.colour);
    const axis = {
      stroke: colourOf(this.#box, '--faint'),
      grid: { stroke: colourOf(this.#box, '--line'), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: this.#box.clientWidth,
        height: this.#box.clientHeight,
        scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 1)] } },
        cursor: { y: false },
        axes: [
          { ...axis, values: (_plot, values) => values.map((value) => `${value} s`), space: 70, size: 26 },
          { ...axis, values: (_plot, values) => values.map(this.#style.format), size: 64 },
        ],
        series: [
          {},
          {
            stroke: line,
            width: 2,
            fill: `color-mix(in srgb, ${line} 14%, transparent)`,
            points: { show: false },
          },
        ],
      },
      this.#data,
      this.#box,
    );
  }
}
