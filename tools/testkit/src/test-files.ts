/**
 * Finding a package's test files, choosing among them, and dividing them among processes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { PlaceKind } from './places.ts';

/** How many unit test files share a process: most of what one costs is starting Node and loading the same sources again. */
export const FILES_A_PROCESS = 8;

/** A line among the first ones of a file that must not share its process, with the reason: `// alone: it counts all timers`. */
const ALONE = /^\/\/ alone: \S/m;

/** How many characters of a file are looked through for that line. */
const HEAD_LENGTH = 1_000;

/** Files for one process. */
export interface Batch {
  readonly kind: PlaceKind;
  readonly files: readonly string[];
  /** Whether they could share their process with others, so that what they leave behind matters. */
  readonly shared: boolean;
}

/** The test files under `<packageFolder>/test`, sorted, with `/` between folders; fixtures are not tests. */
export function findTestFiles(packageFolder: string): readonly string[] {
  const folder = join(packageFolder, 'test');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.split(sep).join('/')}`)
    .filter((path) => path.endsWith('.test.ts') && !path.includes('/fixtures/'))
    .sort();
}

/**
 * The files whose path contains one of the patterns (all without patterns): unit tests, integration tests if wanted, or the
 * endurance tests alone.
 */
export function chooseTestFiles(
  files: readonly string[],
  {
    patterns,
    integration,
    endurance,
  }: { patterns: readonly string[]; integration: boolean; endurance: boolean },
): readonly string[] {
  return files
    .filter((file) => (kindOf(file) === 'endurance') === endurance)
    .filter((file) => integration || kindOf(file) !== 'integration')
    .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
}

/**
 * Divides files among processes: unit tests by `filesAProcess`, neighbours together, unless the file says `// alone: why`;
 * everything else by itself, behind them.
 *
 * @param head gives the beginning of a file's text
 */
export function divideIntoBatches(
  files: readonly string[],
  filesAProcess: number,
  head: (file: string) => string = headOf,
): readonly Batch[] {
  const batches: Batch[] = [];
  const together: string[] = [];
  const alone: string[] = [];
  for (const file of files.filter((each) => kindOf(each) === 'unit')) {
    (ALONE.test(head(file)) ? alone : together).push(file);
  }
  for (let at = 0; at < together.length; at += filesAProcess) {
    batches.push({ kind: 'unit', files: together.slice(at, at + filesAProcess), shared: true });
  }
  for (const file of alone) batches.push({ kind: 'unit', files: [file], shared: false });
  for (const file of files) {
    if (kindOf(file) !== 'unit') batches.push({ kind: kindOf(file), files: [file], shared: false });
  }
  return batches;
}

function headOf(file: string): string {
  return readFileSync(file, 'utf8').slice(0, HEAD_LENGTH);
}

function kindOf(file: string): PlaceKind {
  if (file.startsWith('test/integration/')) return 'integration';
  return file.startsWith('test/endurance/') ? 'endurance' : 'unit';
}
