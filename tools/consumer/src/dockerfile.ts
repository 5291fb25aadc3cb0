/** As much of a Dockerfile as those of the templates use, to be followed by hand where there is no Docker. */

/** What an image is made of and does. */
export interface ImagePlan {
  /** `COPY` lines: each with its sources and its target. */
  readonly copies: readonly { readonly from: readonly string[]; readonly to: string }[];
  /** `RUN` lines, in their order. */
  readonly runs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The program and its arguments. */
  readonly command: readonly string[];
}

/**
 * Reads a Dockerfile.
 *
 * @throws Error for a line it does not know
 */
export function readDockerfile(text: string): ImagePlan {
  const copies: { from: readonly string[]; to: string }[] = [];
  const runs: string[] = [];
  const env: Record<string, string> = {};
  let command: readonly string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    const [, word = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const parts = rest.split(' ');
    if (word === 'COPY') copies.push({ from: parts.slice(0, -1), to: parts.at(-1) ?? '' });
    else if (word === 'RUN') runs.push(rest);
    else if (word === 'ENV') env[rest.split('=')[0] ?? ''] = rest.split('=')[1] ?? '';
    else if (word === 'CMD') command = JSON.parse(rest) as string[];
    else if (!['FROM', 'WORKDIR', 'EXPOSE', 'USER'].includes(word))
      throw new Error(`a line nobody follows: ${line}`);
  }
  return { copies, runs, env, command };
}
