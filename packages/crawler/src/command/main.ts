#!/usr/bin/env node
/**
 * The program behind `oxbow-crawl`. Turns an old Node away in a sentence before anything is loaded that it could not read; so
 * nothing is imported here in a static way.
 */

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `oxbow-crawl: Node 22.19 or newer is needed, and this is Node ${process.versions.node}. Install a current one from nodejs.org.\n`,
  );
  process.exitCode = 1;
} else {
  const { program } = await import('./program.ts');
  await program();
}

export {};
