/**
 * `npm run bench -- [package…] [--quick] [--table id] [--json file] [--write]`: runs the suites, prints their tables and
 * verdicts, and writes docs/benchmarks.md when asked. Fails only when nothing could be measured: a missed target is a
 * figure, not an error.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureDoors } from './doors.ts';
import { CommandLineError, type Request, readCommandLine, USAGE } from './harness/command-line.ts';
import { conditions } from './harness/conditions.ts';
import { replaceSection } from './harness/document.ts';
import { withPlots } from './harness/plot.ts';
import { renderReport, renderTable, renderVerdicts } from './harness/report.ts';
import { runSuite } from './harness/run-suite.ts';
import type { Suite } from './harness/suite.ts';
import { judge } from './harness/verdict.ts';
import { SUITES } from './suites.ts';

const PAGE = join(import.meta.dirname, '../../../docs/benchmarks.md');
const DOORS = 'doors';
const PLOTS = join(PAGE, '../benchmarks');
/** 128 + SIGINT: what a shell expects after Ctrl-C. */
const EXIT_CODE_SIGINT = 130;
/** Where nobody looks at a terminal, a line this often says that the run goes on. */
const PLAIN_PROGRESS_EVERY_MS = 10_000;

const interrupted = new AbortController();
process.on('SIGINT', () => interrupted.abort(new Error('interrupted')));
process.on('SIGTERM', () => interrupted.abort(new Error('interrupted')));

let lastPlainMs = performance.now();
function progress(line: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  } else if (performance.now() - lastPlainMs > PLAIN_PROGRESS_EVERY_MS) {
    lastPlainMs = performance.now();
    process.stderr.write(`${line}\n`);
  }
}

function print(text: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  console.log(text);
}

async function bench(suite: Suite, request: Request): Promise<object> {
  const startMs = performance.now();
  const results = await runSuite(suite, {
    quick: request.quick,
    tables: request.tables,
    signal: interrupted.signal,
    say: progress,
    done: (table) => print(`\n${table.title} (${table.id})\n${renderTable(table)}`),
  });
  const isPart = request.tables.length > 0;
  const verdicts = suite.targets
    .map((target) => judge(target, results))
    .filter(({ outcome }) => !isPart || outcome !== 'not measured');
  const lines = conditions(suite, request.quick);
  print(`\n${suite.name}: targets\n${renderVerdicts(verdicts)}\n\n${lines.join('\n')}`);
  print(`took ${Math.round((performance.now() - startMs) / 1000)} s`);
  if (request.write) {
    const command = `npm run bench -- ${suite.name}${request.quick ? ' --quick' : ''} --write`;
    const section = renderReport({
      title: suite.title,
      command,
      conditions: lines,
      tables: results.tables,
      verdicts,
    });
    writePage(replaceSection(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', suite.name, section));
  }
  return { suite: suite.name, conditions: lines, tables: results.tables, verdicts };
}

/** The suite that measures what others do not: what each door costs before it does anything. */
async function doors({ quick, write }: Request): Promise<object> {
  const { section, tables } = await measureDoors(quick, interrupted.signal, progress);
  for (const table of tables) print(`\n${table.title}\n${renderTable(table)}`);
  if (write) writePage(replaceSection(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', DOORS, section));
  return { suite: DOORS, tables };
}

/** Writes the page, and a plot of each of its tables beside it. */
function writePage(text: string): void {
  const { page, plots } = withPlots(text);
  rmSync(PLOTS, { recursive: true, force: true });
  mkdirSync(PLOTS);
  for (const { file, svg } of plots) writeFileSync(join(PLOTS, file), svg);
  writeFileSync(PAGE, page);
  print(`wrote docs/benchmarks.md and ${plots.length} plots`);
}

async function main(): Promise<void> {
  const request = readCommandLine(process.argv.slice(2), [...SUITES.map(({ name }) => name), DOORS]);
  if (request.help) return console.log(USAGE);
  if (request.plots) return writePage(readFileSync(PAGE, 'utf8'));
  const runs: object[] = [];
  for (const suite of SUITES.filter(({ name }) => request.suites.includes(name)))
    runs.push(await bench(suite, request));
  if (request.suites.includes(DOORS) && request.tables.length === 0) runs.push(await doors(request));
  if (request.jsonFile !== undefined) writeFileSync(request.jsonFile, `${JSON.stringify(runs, null, 2)}\n`);
}

try {
  await main();
  process.exit();
} catch (error) {
  if (interrupted.signal.aborted) {
    console.error('\ninterrupted: nothing was written');
    process.exit(EXIT_CODE_SIGINT);
  }
  console.error(error instanceof CommandLineError ? error.message : error);
  process.exit(error instanceof CommandLineError ? 2 : 1);
}
