/** Draws the figure of a program's output, and draws it anew when more output has come. */
import { formatMs, Plot } from '@oxbow/shell/page';
import type { BarFigure, Figure, LineFigure } from './figures.ts';

export class Picture {
  readonly #box: HTMLElement;
  #plot: Plot | undefined;

  constructor(box: HTMLElement) {
    this.#box = box;
  }

  /** Shows `figure`, or nothing. */
  show(figure: Figure | undefined): void {
    if (figure === undefined) {
      this.#box.replaceChildren();
      this.#plot = undefined;
    } else if (figure.kind === 'bars') this.#showBars(figure);
    else this.#showLines(figure);
  }

  #showLines(figure: LineFigure): void {
    if (this.#plot === undefined) {
      const plot = Object.assign(document.createElement('div'), { className: 'plot' });
      const legend = Object.assign(document.createElement('ul'), { className: 'legend' });
      for (const { name, colour, dashed } of figure.lines) {
        const item = Object.assign(document.createElement('li'), { textContent: name });
        item.style.setProperty('--key', `var(${colour})`);
        if (dashed) item.className = 'dashed';
        legend.append(item);
      }
      this.#box.replaceChildren(plot, legend);
      this.#plot = new Plot(plot, {
        label: figure.label,
        lines: figure.lines.map(({ name, colour, dashed = false }) => ({
          name,
          colour,
          dashed,
          filled: false,
        })),
        x: (value) => `${Number(value.toFixed(1)).toLocaleString()}${figure.xUnit === 's' ? ' s' : ''}`,
        y: (value) => (figure.yUnit === 'ms' ? formatMs(value) : `${value.toLocaleString()} ${figure.yUnit}`),
        logarithmic: figure.logarithmic,
      });
    }
    this.#plot.show(
      figure.xs,
      figure.lines.map(({ ys }) => ys),
    );
  }

  #showBars({ label, unit, rows }: BarFigure): void {
    const longest = Math.max(...rows.map(({ value }) => value), 1);
    const list = Object.assign(document.createElement('ul'), { className: 'bars' });
    list.setAttribute('aria-label', label);
    for (const { name, value, colour } of rows) {
      const item = document.createElement('li');
      const fill = Object.assign(document.createElement('span'), { className: 'fill' });
      fill.style.width = `${(value / longest) * 100}%`;
      fill.style.background = `var(${colour})`;
      const number = Object.assign(document.createElement('span'), {
        className: 'faint',
        textContent: `${value.toLocaleString()} ${unit}`,
      });
      const track = Object.assign(document.createElement('span'), { className: 'track' });
      track.append(fill);
      item.append(Object.assign(document.createElement('span'), { textContent: name }), number, track);
      list.append(item);
    }
    this.#box.replaceChildren(list);
  }
}
