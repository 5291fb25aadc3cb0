#!/usr/bin/env node
// The way in: `npm start`, `npm test` and the rest come here, on whatever Node the machine has. Its one job is to
// turn an old Node away in a sentence it can still parse; so no syntax newer than Node 14's, and no static imports.
var major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    'oxbow: Node 20 or newer is needed to begin with, and this is Node ' +
      process.versions.node +
      '. Install a current one from nodejs.org.',
  );
  process.exitCode = 1;
} else {
  void import('./src/command.mjs').then((command) => command.main(process.argv.slice(2)));
}
