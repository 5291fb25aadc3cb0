/** Finds a Python that has what a row needs. `OXBOW_PYTHON` names one; otherwise the usual names are tried. */
import { spawnSync } from 'node:child_process';

const CANDIDATES = ['python3', '/usr/bin/python3'];
const found = new Map<string, string | { readonly missing: string }>();

/** A Python that can import the modules, or why there is none. Remembers what it found. */
export function findPython(modules: readonly string[]): string | { readonly missing: string } {
  const key = modules.join(' ');
  const known = found.get(key) ?? search(modules);
  found.set(key, known);
  return known;
}

/** The version of Python and of the modules, for the report; undefined where there is none. */
export function pythonVersion(modules: readonly string[]): string | undefined {
  const python = findPython(modules);
  if (typeof python === 'object') return undefined;
  const script = `import platform, ${['sys', ...modules].join(', ')}; print(platform.python_version(), *(m.__name__ + ' ' + m.__version__ for m in [${modules.join(', ')}]))`;
  return `Python ${run(python, script)}`;
}

function search(modules: readonly string[]): string | { readonly missing: string } {
  const { OXBOW_PYTHON } = process.env;
  const candidates = OXBOW_PYTHON ? [OXBOW_PYTHON] : CANDIDATES;
  const python = candidates.find(
    (each) => run(each, `import asyncio, ${['sys', ...modules].join(', ')}; print(1)`) === '1',
  );
  return python ?? { missing: `no python3 with ${modules.join(', ') || 'asyncio'} here` };
}

function run(python: string, script: string): string {
  return (spawnSync(python, ['-c', script], { encoding: 'utf8' }).stdout ?? '').trim();
}
