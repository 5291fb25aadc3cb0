/**
 * The commands behind the npm scripts: brings the toolchain and the dependencies, then runs the one that was asked for.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint, fileSystemSentence } from './complaint.mjs';
import { installDependencies } from './dependencies.mjs';
import { cleanEnvironment } from './environment.mjs';
import { frameworksRun } from './frameworks.mjs';
import { runMany } from './nx.mjs';
import { say } from './progress.mjs';
import { attach } from './run.mjs';
import { select, unknown } from './selection.mjs';
import { testRun } from './test-run.mjs';
import { bringToolchain } from './toolchain.mjs';
import { readProjects, root } from './workspace.mjs';

/** The app behind `start` and `crawl`. */
const OBSERVATORY = 'apps/observatory/src/main.ts';
/** The app behind `article` and `echo`. */
const ARTICLE = 'apps/article/src/main.ts';
const CRAWL_COMMAND = 'packages/crawler/src/command/main.ts';

/**
 * @typedef {import('./toolchain.mjs').Toolchain} Toolchain
 * @typedef {object} Command
 * @property {string} does one line of help
 * @property {string} [installs] the folder of a workspace of its own that only this command installs
 * @property {(toolchain: Toolchain, words: readonly string[]) => Promise<number>} run
 */

/** @type {Readonly<Record<string, Command>>} */
const COMMANDS = {
  start: {
    does: 'crawl a site and show the crawl live in the browser; npm start -- --help lists the options',
    run: (toolchain, words) => runFile(toolchain, OBSERVATORY, words),
  },
  crawl: {
    does: 'the command of @oxbow/crawler, on the terminal; npm run crawl -- --help lists its verbs',
    run: (toolchain, words) => runFile(toolchain, CRAWL_COMMAND, words),
  },
  article: {
    does: 'the programs of the article: lists them; npm run article -- <name> runs one, -- --read opens the article in the browser',
    run: (toolchain, words) => runFile(toolchain, ARTICLE, words),
  },
  lab: {
    does: 'threads, processes and async compared, as a page with live plots; npm run lab -- --help lists the options',
    run: (toolchain, words) => runFile(toolchain, 'apps/concurrency-lab/src/main.ts', words),
  },
  chat: {
    does: 'a chat with rooms, slow readers and restarts, in the browser; npm run chat -- --help lists the options',
    run: (toolchain, words) => runFile(toolchain, 'apps/chat-room/src/main.ts', words),
  },
  echo: {
    does: 'a WebSocket server that says back what it is told, until Ctrl-C',
    run: (toolchain, words) => runFile(toolchain, ARTICLE, ['echo', ...words]),
  },
  test: {
    does: 'run the tests: [package…] [part of a file name…]; npm test -- --help lists the options',
    run: testRun,
  },
  check: {
    does: 'lint, boundaries, types, unused code, docs and packages',
    run: (toolchain, words) => runFile(toolchain, 'tools/check/src/main.ts', words),
  },
  build: {
    does: 'build the published form of the packages into their dist/: [package…]',
    run: (toolchain, words) => runTarget(toolchain, 'build', words),
  },
  bench: {
    does: 'measure against the peers: [package]',
    installs: 'tools/bench',
    run: (toolchain, words) => runFile(toolchain, 'tools/bench/src/main.ts', words),
  },
  docs: {
    does: 'build the documentation site and run its recipes; npm run docs -- --serve shows it',
    installs: 'tools/docs',
    run: docs,
  },
  release: {
    does: 'versions, changelogs, checks, tarballs and the upload; npm run release -- --dry-run does all but the last',
    run: (toolchain, words) => runFile(toolchain, 'tools/release/src/main.ts', words),
  },
  soak: {
    does: 'run the long proofs: [package…]',
    run: (toolchain, words) => runTarget(toolchain, 'soak', words, ['--parallel=1', '--skip-nx-cache']),
  },
  exec: {
    does: 'run any program under the pinned Node and pnpm, such as: npm run x -- pnpm install',
    run: execute,
  },
};

/**
 * Runs a command and leaves its exit code to the process.
 *
 * @param {readonly string[]} args the command and what belongs to it
 */
export async function main([name = 'help', ...words]) {
  try {
    process.exitCode = await runCommand(name, words);
  } catch (error) {
    const sentence =
      error instanceof Complaint ? error.message : (fileSystemSentence(error) ?? String(error));
    say(sentence);
    if (process.env.OXBOW_VERBOSE) console.error(error);
    process.exitCode = error instanceof Complaint ? error.exitCode : 1;
  }
}

/**
 * @param {string} name
 * @param {readonly string[]} words
 */
async function runCommand(name, words) {
  if (['help', '--help', '-h'].includes(name)) {
    console.log(help());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw unknown(`there is no command "${name}"`, name, [...Object.keys(COMMANDS), 'help']);
  if (command.installs && !existsSync(join(root, command.installs))) {
    throw new Complaint(`${name} needs ${command.installs}, which this checkout does not have.`);
  }
  const toolchain = await bringToolchain(cleanEnvironment(process.env));
  await installDependencies(toolchain);
  if (command.installs) await installDependencies(toolchain, command.installs);
  return command.run(toolchain, words);
}

function help() {
  const lines = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(7)} ${does}`);
  return [
    'usage: npm start | npm test | npm run <command> [-- arguments]',
    '',
    ...lines,
    '',
    'environment: OXBOW_NODE=22.23.3 (run under that Node), OXBOW_VERBOSE=1 (show everything that is fetched)',
  ].join('\n');
}

/**
 * @param {Toolchain} toolchain
 * @param {string} file
 * @param {readonly string[]} words
 */
function runFile({ node, env }, file, words) {
  const path = join(root, file);
  if (!existsSync(path)) throw new Complaint(`${file} is not in this checkout.`);
  return attach(node, ['--disable-warning=ExperimentalWarning', path, ...words], { cwd: process.cwd(), env });
}

/**
 * The site, and without further words the recipes too: only they need the frameworks.
 *
 * @param {Toolchain} toolchain
 * @param {readonly string[]} words
 */
async function docs(toolchain, words) {
  const exitCode = await runFile(toolchain, 'tools/docs/src/main.ts', words);
  return exitCode === 0 && words.length === 0 ? frameworksRun(toolchain, /^recipes\.test\.ts$/) : exitCode;
}

/**
 * @param {Toolchain} toolchain
 * @param {string} target
 * @param {readonly string[]} words
 * @param {readonly string[]} [flags]
 */
function runTarget(toolchain, target, words, flags = []) {
  const able = readProjects().filter(({ scripts }) => scripts[target] !== undefined);
  if (able.length === 0) throw new Complaint(`no project has a script "${target}".`);
  const { projects } = select(words, able, { command: target, options: [], patterns: false });
  return runMany(toolchain, target, projects, { flags });
}

/**
 * @param {Toolchain} toolchain
 * @param {readonly string[]} words
 */
async function execute({ env }, [program, ...args]) {
  if (program === undefined)
    throw new Complaint('exec needs a program, such as: npm run x -- pnpm why rxjs', { exitCode: 2 });
  try {
    return await attach(program, args, {
      cwd: process.env.INIT_CWD ?? process.cwd(),
      env,
      shell: process.platform === 'win32',
    });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
    throw new Complaint(`exec found no program "${program}".`, { exitCode: 127 });
  }
}
