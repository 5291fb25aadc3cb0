/**
 * Busy loops beside a test run: the tests must pass on a machine that has other things to do.
 */
import { spawn } from 'node:child_process';

/** Computes for ever, but not longer than the process that started it: it looks for that one without giving up its turn. */
const LOOP = 'const parent = Number(process.argv[1]); while (process.ppid === parent);';

/**
 * Runs `body` beside `count` busy loops, which end with it in every case.
 *
 * @template T
 * @param {number} count
 * @param {() => Promise<T>} body
 * @param {string} [node] the Node to run them with
 * @returns {Promise<T>}
 */
export async function besideBusyLoops(count, body, node = process.execPath) {
  const args = ['--eval', LOOP, String(process.pid)];
  const loops = Array.from({ length: count }, () => spawn(node, args, { stdio: 'ignore' }));
  const ended = loops.map((loop) => new Promise((resolve) => loop.once('exit', resolve)));
  try {
    return await body();
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
    await Promise.all(ended);
  }
}
