/** Where and with what a run was made: the machine, the runtime, and the version of everything measured. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { pythonVersion } from './python.ts';
import type { Suite } from './suite.ts';

/** Lines about the run. */
export function conditions(suite: Suite, quick: boolean): readonly string[] {
  const [cpu] = cpus();
  const pythons = suite.tables.flatMap(({ rows }) =>
    rows.filter(({ file }) => file.pathname.endsWith('.py')),
  );
  const modules = [...new Set(pythons.map(({ flags = [] }) => flags.join(' ')))];
  const versions = [
    ...suite.peers.map((name) => `${name} ${versionOf(name)}`),
    ...new Set(
      modules
        .map((names) => pythonVersion(names.split(' ').filter(Boolean)))
        .filter((each) => each !== undefined),
    ),
  ];
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, load ${loadavg()[0]?.toFixed(1)} at the end`,
    `Node ${process.versions.node} (V8 ${process.versions.v8}); @oxbow/${suite.name} from source`,
    `Peers: ${versions.join(', ')}`,
    quick ? 'A short run (`--quick`): expect noise.' : 'A full run.',
  ];
}

function versionOf(name: string): string {
  const manifest = join(import.meta.dirname, '../../node_modules', name, 'package.json');
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  } catch {
    return '(not installed)';
  }
}
