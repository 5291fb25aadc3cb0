/**
 * Says in a sentence that a Node is too old for these packages.
 *
 * Every package but codec imports the loop first, and modules run in the order of their imports. So the sentence comes
 * before a dependency can stumble over what an old Node lacks. Modules are linked before any of them runs, so a missing
 * export would be found even earlier. A name that Node 18 or 20 does not export is therefore read from a namespace.
 */

/** The oldest Node that the packages are tested on and say in `engines`, as major and minor version. */
export const OLDEST_NODE: readonly [major: number, minor: number] = [22, 19];

/** Names and versions of what runs the program, as `process.versions` has them. */
export type HostVersions = Readonly<Record<string, string | undefined>>;

/**
 * Throws when the program runs on a Node older than {@link OLDEST_NODE}. Pages have no versions; Bun and Deno name a Node
 * that they follow, which says nothing of what they can do.
 *
 * @param versions `process.versions`, `undefined` in a page
 * @throws Error `ERR_OXBOW_OLD_NODE`
 */
export function refuseOldNode(versions: HostVersions | undefined): void {
  const node = versions?.node;
  if (node === undefined || versions?.bun !== undefined || versions?.deno !== undefined) return;
  const [major = 0, minor = 0] = node.split('.', 2).map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const message = `Oxbow needs Node ${OLDEST_NODE.join('.')} or newer, and this is Node ${node}. Install a current one from nodejs.org.`;
  throw Object.assign(new Error(message), { code: 'ERR_OXBOW_OLD_NODE' });
}
