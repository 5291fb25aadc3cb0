#!/usr/bin/env node
/**
 * The program behind `npm create oxbow`. Turns an old Node away in a sentence before anything is loaded that it could not read; so
 * nothing is imported here in a static way.
 */

await main();

async function main(): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 19)) {
    process.stderr.write(
      `create-oxbow: Node 22.19 or newer is needed, and this is Node ${process.versions.node}. Install a current one from nodejs.org.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const { runCommand } = await import('./command.ts');
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort());
  process.exitCode = await runCommand(process.argv.slice(2), {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    env: process.env,
    interrupted,
  });
}

export {};
