/**
 * What each entry point of the packages costs its user: the size of a bundle, and the time of an import. Measured on the built form, which
 * `npm run build` makes; the other suites run from source.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { renderReport } from './harness/report.ts';
import type { RowResult, TableResult } from './harness/results.ts';

const execute = promisify(execFile);
const PACKAGES = join(import.meta.dirname, '../../../packages');

/** How often a door is imported, each time by a new process; the doors take turns. */
const ROUNDS = 9;
const QUICK_ROUNDS = 3;
/** The row without a door: what every process takes. */
const NODE_ALONE = 'Node alone';

/** A door and the file behind it. */
export interface BuiltDoor {
  /** As its users import it: `@oxbow/loop/lowlevel`. */
  readonly name: string;
  readonly file: string;
}

interface Manifest {
  readonly name: string;
  readonly publishConfig?: {
    readonly exports?: Readonly<Record<string, string | { readonly default: string }>>;
  };
}

/** The doors of a package, from its manifest. Those that hold no code are none. */
export function builtDoors(folder: string, manifest: Manifest): readonly BuiltDoor[] {
  return Object.entries(manifest.publishConfig?.exports ?? {}).flatMap(([door, target]) => {
    const path = typeof target === 'string' ? target : target.default;
    if (!path.endsWith('.js')) return [];
    return [{ name: `${manifest.name}${door.slice(1)}`, file: join(folder, path) }];
  });
}

/**
 * Measures every door; gives the section of the page.
 *
 * @throws Error when the packages are not built
 */
export async function measureDoors(
  quick: boolean,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<{ readonly section: string; readonly tables: readonly TableResult[] }> {
  const doors = readdirSync(PACKAGES)
    .sort()
    .filter((name) => existsSync(join(PACKAGES, name, 'package.json')) && !name.startsWith('create-'))
    .flatMap((name) => {
      const manifest = JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as Manifest;
      return builtDoors(join(PACKAGES, name), manifest);
    })
    .filter(({ name }) => !name.endsWith('/contract'));
  const missing = doors.find(({ file }) => !existsSync(file));
  if (missing !== undefined) throw new Error(`${missing.name} is not built: run npm run build first`);
  const tables = [await sizes(doors, signal, say), await imports(doors, quick, signal, say)];
  return { section: report(tables, quick), tables };
}

async function sizes(
  doors: readonly BuiltDoor[],
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<TableResult> {
  const rows: RowResult[] = [];
  for (const { name, file } of doors) {
    signal.throwIfAborted();
    say(`bundling ${name}`);
    const { outputFiles } = await build({
      entryPoints: [file],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      // Ours and those of others are counted where they belong.
      packages: 'external',
      logLevel: 'silent',
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).byteLength;
    rows.push({ name, samples: [bytes / 1024] });
  }
  return {
    id: 'size',
    title: 'Size of each door',
    about:
      'What a bundle gains by the door itself: by esbuild, minified and gzipped, without the packages it depends on. KiB.',
    unit: 'KiB',
    reference: '@oxbow/loop',
    rows,
  };
}

async function imports(
  doors: readonly BuiltDoor[],
  quick: boolean,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<TableResult> {
  const samples = new Map<string, number[]>([
    [NODE_ALONE, []],
    ...doors.map(({ name }) => [name, []] as [string, number[]]),
  ]);
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  for (let round = 0; round < rounds; round++) {
    say(`importing, round ${round + 1} of ${rounds}`);
    samples.get(NODE_ALONE)?.push(await processorMs('', signal));
    for (const { name, file } of doors) {
      const script = `await import(${JSON.stringify(pathToFileURL(file).href)});`;
      samples.get(name)?.push(await processorMs(script, signal));
    }
  }
  return {
    id: 'import',
    title: 'Import of each door',
    about:
      'A process that imports the door and ends, with everything the door brings. Processor time of the whole process, in milliseconds.',
    unit: 'ms',
    reference: NODE_ALONE,
    rows: [...samples].map(([name, taken]) => ({ name, samples: taken })),
  };
}

/** The processor time of a process that runs the script and ends, in milliseconds. */
async function processorMs(script: string, signal: AbortSignal): Promise<number> {
  const said = `const { user, system } = process.cpuUsage();\nconsole.log((user + system) / 1000);\nprocess.exit();`;
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '--eval',
    `${script}\n${said}`,
  ];
  const { stdout } = await execute(process.execPath, args, { cwd: PACKAGES, signal });
  return Number(stdout);
}

function report(tables: readonly TableResult[], quick: boolean): string {
  const [cpu] = cpus();
  return renderReport({
    title: 'Doors: size and import',
    command: `npm run build && npm run bench -- doors${quick ? ' --quick' : ''} --write`,
    conditions: [
      `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
      `Node ${process.versions.node} (V8 ${process.versions.v8}); the packages as they are published`,
      quick ? 'A short run (`--quick`): expect noise.' : 'A full run.',
    ],
    tables,
    verdicts: [],
  });
}
