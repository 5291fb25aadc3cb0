/** What a program's output shows as a picture. Pure: output in, figure out; called again whenever more output has come. */

/** Lines over an axis. */
export interface LineFigure {
  readonly kind: 'lines';
  readonly label: string;
  readonly logarithmic: boolean;
  readonly xUnit: string;
  readonly yUnit: string;
  readonly xs: readonly number[];
  readonly lines: readonly {
    readonly name: string;
    readonly colour: string;
    readonly dashed?: boolean;
    readonly ys: readonly (number | null)[];
  }[];
}

/** Bars, the longest as wide as there is room. */
export interface BarFigure {
  readonly kind: 'bars';
  readonly label: string;
  readonly unit: string;
  readonly rows: readonly { readonly name: string; readonly value: number; readonly colour: string }[];
}

/** A picture of some output. */
export type Figure = LineFigure | BarFigure;

type Reader = (output: string) => Figure | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  throughput,
  backpressure,
  blocking,
  models,
  'fast-loop': fastLoop,
  'web-server': webServer,
};

/** The figure of a program's output so far; undefined while there is nothing to draw, and for programs without one. */
export function figureOf(program: string, output: string): Figure | undefined {
  return READERS[program]?.(output);
}

function numbersOf(output: string, pattern: RegExp): readonly (readonly string[])[] {
  return Array.from(output.matchAll(pattern), (match) => match.slice(1).map(String));
}

function throughput(output: string): Figure | undefined {
  const rows = numbersOf(output, /^N = (\d+): in turn (\d+) ms(| by the formula), together (\d+) ms$/gm);
  if (rows.length === 0) return undefined;
  const last = rows.findLastIndex(([, , formula]) => formula === '');
  return {
    kind: 'lines',
    label: 'Time for N requests of 20 ms',
    logarithmic: true,
    xUnit: 'requests',
    yUnit: 'ms',
    xs: rows.map(([n]) => Number(n)),
    lines: [
      {
        name: 'in turn',
        colour: '--clay',
        ys: rows.map(([, turn, formula]) => (formula === '' ? Number(turn) : null)),
      },
      {
        name: 'in turn, by the formula',
        colour: '--sand',
        dashed: true,
        ys: rows.map(([, turn], index) => (index >= last ? Number(turn) : null)),
      },
      { name: 'together', colour: '--river', ys: rows.map(([, , , together]) => Number(together)) },
    ],
  };
}

function backpressure(output: string): Figure | undefined {
  const received = (who: string): number[] =>
    numbersOf(output, new RegExp(`^${who}: +read [\\d.]+ MiB, received ([\\d.]+) MiB`, 'gm')).map(([mib]) =>
      Number(mib),
    );
  const [stream, rxjs] = [received('Stream'), received('RxJS')];
  if (stream.length === 0) return undefined;
  const xs = Array.from({ length: Math.max(stream.length, rxjs.length) }, (_, index) => (index + 1) * 0.2);
  return {
    kind: 'lines',
    label: 'Received from the sender while the reader takes its time',
    logarithmic: false,
    xUnit: 's',
    yUnit: 'MiB',
    xs,
    lines: [
      { name: 'Stream', colour: '--river', ys: xs.map((_, index) => stream[index] ?? null) },
      { name: 'stock RxJS', colour: '--clay', ys: xs.map((_, index) => rxjs[index] ?? null) },
    ],
  };
}

function blocking(output: string): Figure | undefined {
  return bars(output, /^(.+): +a tick came (\d+) ms late$/gm, 'How late the worst tick came', 'ms', [
    'on the loop',
  ]);
}

function models(output: string): Figure | undefined {
  return bars(output, /^(.+): +(\d+) ms$/gm, 'Eight jobs of each kind', 'ms', ['in turn']);
}

function fastLoop(output: string): Figure | undefined {
  return bars(output, /^(async functions|generators): +(\d+) ns an item$/gm, 'Time for one item', 'ns', [
    'async functions',
  ]);
}

function webServer(output: string): Figure | undefined {
  return bars(output, /^1000 × (\S+): (\d+) ms$/gm, 'A thousand requests', 'ms', ['/blocking']);
}

/** One bar for each match of name and value; names that contain one of `worse` are in another colour. */
function bars(
  output: string,
  pattern: RegExp,
  label: string,
  unit: string,
  worse: readonly string[],
): Figure | undefined {
  const rows = numbersOf(output, pattern).map(([name = '', value]) => ({
    name: name.replace(/ +/g, ' '),
    value: Number(value),
    colour: worse.some((word) => name.includes(word)) ? '--clay' : '--river',
  }));
  return rows.length === 0 ? undefined : { kind: 'bars', label, unit, rows };
}
