/** Which settings a host has of its own: the first pattern that fits. It does not know what they mean. */

/**
 * The options of a host.
 * @param hosts by pattern: `example.org`, `127.0.0.1:8080`, or `*.example.org` for it and every host under it
 * @param host with its port, where that is not the usual one
 */
export function hostOptionsOf<T>(hosts: Readonly<Record<string, T>>, host: string): T | undefined {
  const name = host.replace(/:\d+$/, '');
  for (const [pattern, options] of Object.entries(hosts)) {
    const fits = pattern.startsWith('*.')
      ? name === pattern.slice(2) || name.endsWith(pattern.slice(1))
      : pattern === host || pattern === name;
    if (fits) return options;
  }
  return undefined;
}
