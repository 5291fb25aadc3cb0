/**
 * Which functions of which files ran, from what V8 writes into `NODE_V8_COVERAGE`: one report for each process and thread.
 *
 * Reads no disk. Types are stripped by spaces, so offsets are those of the source.
 */
import { fileURLToPath } from 'node:url';

/** The part of a report that says what ran. */
export interface CoverageReport {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly {
        readonly startOffset: number;
        readonly endOffset: number;
        readonly count: number;
      }[];
    }[];
  }[];
}

/** One function of a file: `start-end`, its name, and whether it was called. */
export interface CalledFunction {
  readonly name: string;
  called: boolean;
}

/** Functions by their place, by the path of their file. */
export type CalledFunctions = Map<string, Map<string, CalledFunction>>;

/** Adds a report to what is known: a function was called if it was in any process. */
export function addReport(known: CalledFunctions, report: CoverageReport): void {
  for (const { url, functions } of report.result) {
    if (!url.startsWith('file:')) continue;
    const path = fileURLToPath(url);
    let file = known.get(path);
    if (file === undefined) known.set(path, (file = new Map()));
    for (const { functionName: name, ranges } of functions) {
      const [whole] = ranges;
      // The first is the module itself: loading a file proves nothing.
      if (whole === undefined || whole.startOffset === 0) continue;
      const place = `${whole.startOffset}-${whole.endOffset}`;
      const called = whole.count > 0 || file.get(place)?.called === true;
      file.set(place, { name: name || 'a function without a name', called });
    }
  }
}
