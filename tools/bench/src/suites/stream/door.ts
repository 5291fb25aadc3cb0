/**
 * What the package costs before it does anything: to import it from what npm installs, and to send it to a page. The packages
 * are packed and unpacked as a user has them, beside rxjs.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Workload } from '../../harness/workload.ts';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../../../../../packages/', import.meta.url));
/** Programs in a row whose middle figure is one round's: a new process is at the mercy of its neighbours. */
const IMPORTS = 5;

let installed: Promise<string> | undefined;

/** A folder with what `npm install @oxbow/stream rxjs` gives; removed when this process ends. */
function installedFolder(): Promise<string> {
  installed ??= install();
  return installed;
}

async function install(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-door-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@oxbow'), { recursive: true });
  await run('pnpm', ['run', 'build'], { cwd: join(packages, 'stream') });
  for (const name of ['loop', 'stream']) {
    const tarballs = join(folder, name);
    mkdirSync(tarballs);
    await run('pnpm', ['pack', '--pack-destination', tarballs], { cwd: join(packages, name) });
    const [tarball = ''] = readdirSync(tarballs);
    await run('tar', ['-xzf', tarball], { cwd: tarballs });
    cpSync(join(tarballs, 'package'), join(modules, '@oxbow', name), { recursive: true });
  }
  const rxjs = realpathSync(join(packages, 'stream/node_modules/rxjs'));
  cpSync(rxjs, join(modules, 'rxjs'), { recursive: true, dereference: true });
  cpSync(realpathSync(join(rxjs, '../tslib')), join(modules, 'tslib'), {
    recursive: true,
    dereference: true,
  });
  return folder;
}

/** Milliseconds of processor time that an import takes in a new process, its own start apart. */
const importing = (specifier: string): Workload => ({
  measure: async () => {
    const cwd = await installedFolder();
    const program =
      `const before = process.cpuUsage(); await import('${specifier}');` +
      'const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);';
    const figures: number[] = [];
    for (let i = 0; i < IMPORTS; i++) {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd });
      figures.push(Number(stdout));
    }
    return figures.toSorted((a, b) => a - b)[IMPORTS >> 1] as number;
  },
});

/** KiB of a program for a page, minified and compressed. */
const bundled = (program: string): Workload => ({
  measure: async () => {
    const folder = await installedFolder();
    const entry = join(folder, 'entry.mjs');
    writeFileSync(entry, program);
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      logLevel: 'silent',
    });
    return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength / 1024;
  },
});

export const workloads: Readonly<Record<string, Workload>> = {
  'import-rxjs': importing('rxjs'),
  'import-loop': importing('@oxbow/loop'),
  'import-stream': importing('@oxbow/stream'),
  'bundle-rxjs': bundled(
    "import { from, map, filter, mergeMap } from 'rxjs';" +
      'globalThis.result = from([1]).pipe(map((x) => x), filter(Boolean), mergeMap(async (x) => x)).subscribe();',
  ),
  'bundle-loop': bundled("import { run } from '@oxbow/loop'; globalThis.result = run(async () => 1);"),
  'bundle-stream': bundled(
    "import { filter, map, mapAsync, Stream } from '@oxbow/stream';" +
      'globalThis.result = Stream.from([1]).pipe(map((x) => x), filter(Boolean), mapAsync(async (x) => x)).collect();',
  ),
};
