/** How the engines with a file start their threads. */

/** Node 22 calls node:sqlite experimental, on every start of a thread; what is used of it has not changed since. */
export const QUIET_SQLITE: readonly string[] =
  process.versions.deno === undefined ? ['--disable-warning=ExperimentalWarning'] : [];

/** A module by its URL: Bun cannot read a closure. Sources run unbuilt, so the module has the ending that this file has. */
export function besideThisFile(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
