/**
 * Proves what tests say of themselves. A test that says `// covers: src/a.ts` calls functions of that file. The tests that
 * speak for a file without a test of its own together call most of its functions.
 *
 * Each test runs by itself, as by hand, with V8 counting calls in it and in every process and thread that it starts. What was
 * proved is kept until the test, or anything else of its package, changes. It does not judge assertions.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addReport, type CalledFunction, type CalledFunctions, type CoverageReport } from '../coverage.ts';
import type { Problem } from '../problem.ts';
import { coversOf } from '../rules/tests.ts';
import type { Step, StepContext } from '../step.ts';

/** How long one test may take, in milliseconds. */
export const COVER_TIMEOUT_MS = 120_000;
/** How many of a file's functions the tests that speak for it must call together. */
const LEAST_SHARE = 0.7;
/** Tests that run at a time; those that take long wait for programs most of it. */
const AT_ONCE = 3;
/** Where proofs are kept. */
const CACHE_FILE = 'node_modules/.cache/oxbow-covers.json';

/** A test that speaks for sources. */
interface Claim {
  readonly test: string;
  readonly folder: string;
  readonly covers: readonly { readonly path: string; readonly line: number }[];
}

/** What running a test has shown: for each source, its functions. */
type Proof = Readonly<Record<string, Readonly<Record<string, CalledFunction>>>>;

/** Step `covers`. */
export const proveCovers: Step = {
  name: 'covers',
  about:
    "a test that says '// covers: src/a.ts' calls what is in it (proofs are kept until something changes)",
  async run(context) {
    const claims = claimsOf(context);
    const proofs = await proveAll(context, claims);
    const problems = [...auditClaims(claims, proofs), ...auditSources(context, claims, proofs)];
    return { ok: problems.length === 0, problems };
  },
};

function claimsOf({ tree }: StepContext): readonly Claim[] {
  return tree.packages.flatMap(({ path: folder }) =>
    tree
      .sources(`${folder}/test`)
      .filter(({ path }) => path.endsWith('.test.ts'))
      .map((file) => ({ test: file.path, folder, covers: coversOf(file) }))
      .filter(({ covers }) => covers.length > 0),
  );
}

async function proveAll(context: StepContext, claims: readonly Claim[]): Promise<ReadonlyMap<string, Proof>> {
  const cache = join(context.root, CACHE_FILE);
  const kept = readCache(cache);
  const proofs = new Map<string, Proof>();
  const fresh: Record<string, Proof> = {};
  const waiting = [...claims];
  const worker = async (): Promise<void> => {
    for (let claim = waiting.shift(); claim !== undefined; claim = waiting.shift()) {
      const key = keyOf(context, claim);
      const proof = kept[key] ?? (await prove(context, claim));
      if (proof === undefined) continue;
      proofs.set(claim.test, proof);
      fresh[key] = proof;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  mkdirSync(dirname(cache), { recursive: true });
  writeFileSync(cache, JSON.stringify(fresh));
  return proofs;
}

function readCache(path: string): Readonly<Record<string, Proof>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Proof>;
  } catch {
    return {};
  }
}

/** Changes with the test and with everything of its package that is no other test. */
function keyOf({ tree }: StepContext, { test, folder }: Claim): string {
  const hash = createHash('sha256').update(test);
  for (const [path, text] of tree.files) {
    const isOurs = path.startsWith(`${folder}/src/`) || path.startsWith(`${folder}/test/`);
    if (isOurs && (path === test || !path.endsWith('.test.ts'))) hash.update(path).update(text);
  }
  return hash.digest('hex');
}

/** Runs a test; undefined when it failed, which is for the test run to say. */
async function prove(
  { root, run }: StepContext,
  { test, folder, covers }: Claim,
): Promise<Proof | undefined> {
  const reports = mkdtempSync(join(tmpdir(), 'oxbow-covers-'));
  try {
    const args = [test.slice(folder.length + 1)];
    const env = { NODE_V8_COVERAGE: reports, NODE_DISABLE_COMPILE_CACHE: '1' };
    const cwd = join(root, folder);
    const first = await run('node', args, cwd, COVER_TIMEOUT_MS, env);
    // Once more: a machine that does much else makes a test miss its deadline, and that is no matter of coverage.
    if (!first.ok && !(await run('node', args, cwd, COVER_TIMEOUT_MS, env)).ok) return undefined;
    const called: CalledFunctions = new Map();
    for (const name of readdirSync(reports)) addReport(called, readReport(join(reports, name)));
    return Object.fromEntries(
      covers.flatMap(({ path }) => {
        const functions = called.get(join(root, folder, path));
        return functions === undefined ? [] : [[path, Object.fromEntries(functions)]];
      }),
    );
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

/** A process that was killed leaves half a report, or none. */
function readReport(path: string): CoverageReport {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CoverageReport;
  } catch {
    return { result: [] };
  }
}

function auditClaims(claims: readonly Claim[], proofs: ReadonlyMap<string, Proof>): readonly Problem[] {
  return claims.flatMap(({ test, covers }) => {
    const proof = proofs.get(test);
    if (proof === undefined) {
      const message = `let the test pass when it runs by itself: what it covers could not be proved`;
      return [{ path: test, line: 1, message }];
    }
    return covers
      .filter(({ path }) => !isProved(proof[path]))
      .map(({ path, line }) => ({
        path: test,
        line,
        message: `take ${path} out of 'covers:', or test it: ${proof[path] === undefined ? 'it is not even loaded' : 'no function of it is called'}`,
      }));
  });
}

/** A file of constants, or a door, has no functions: it is used when it is loaded. */
function isProved(functions: Proof[string] | undefined): boolean {
  if (functions === undefined) return false;
  const all = Object.values(functions);
  return all.length === 0 || all.some(({ called }) => called);
}

/** Files with a test of their own need nobody else's. */
function auditSources(
  { tree }: StepContext,
  claims: readonly Claim[],
  proofs: ReadonlyMap<string, Proof>,
): readonly Problem[] {
  const together = new Map<string, Map<string, CalledFunction>>();
  for (const { test, folder, covers } of claims) {
    for (const { path } of covers) {
      const file = `${folder}/${path}`;
      if (tree.has(file.replace('/src/', '/test/').replace(/\.ts$/, '.test.ts'))) continue;
      const functions = together.get(file) ?? new Map<string, CalledFunction>();
      together.set(file, functions);
      for (const [place, { name, called }] of Object.entries(proofs.get(test)?.[path] ?? {})) {
        functions.set(place, { name, called: called || functions.get(place)?.called === true });
      }
    }
  }
  return [...together].flatMap(([path, functions]) => {
    const all = [...functions.values()];
    const idle = all.filter(({ called }) => !called);
    // Nothing at all was called: each claim says so for itself. One function in a small file is no share to speak of.
    const isCalled = idle.length <= 1 || all.length - idle.length >= LEAST_SHARE * all.length;
    if (idle.length === all.length || isCalled) return [];
    const names = [...new Set(idle.map(({ name }) => name))].join(', ');
    const message = `give the file a test of its own, or one that covers more: those that cover it call ${all.length - idle.length} of its ${all.length} functions, and not ${names}`;
    return [{ path, line: 1, message }];
  });
}
