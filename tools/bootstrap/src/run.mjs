/**
 * Starting other programs: one to be waited for with its output kept, one that takes over the terminal.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How much of a kept output is held on to, in characters. */
const MAX_KEPT_CHARACTERS = 64 * 1024;

/** How often an attached program's starter looks whether npm is still there, in milliseconds. */
const PARENT_POLL_MS = 250;

/**
 * Runs a program and keeps the end of what it prints.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, shell?: boolean, timeout?: number, onOutput?: (text: string) => void }} options
 *   timeout: in milliseconds; then the program is ended by a SIGTERM
 * @returns {Promise<{ exitCode: number, output: string }>} exitCode 127 when there is no such program
 */
export function runQuietly(program, args, { onOutput, ...options }) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      const text = chunk.toString();
      output = (output + text).slice(-MAX_KEPT_CHARACTERS);
      onOutput?.(text);
    };
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ exitCode: 127, output: String(error) }));
    child.once('close', (code, signal) => resolve({ exitCode: exitCodeOf(code, signal), output }));
  });
}

/**
 * Runs a program on this terminal and waits until it has ended. A Ctrl-C reaches it and this process alike (the terminal
 * signals the whole group), so here it is only ignored; SIGTERM and SIGHUP, which come to one process, are passed on,
 * once. npm ends at once on a SIGTERM and leaves its script alone: that counts as a SIGTERM too.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, shell?: boolean }} options
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it
 */
export function attach(program, args, options) {
  return new Promise((resolve, reject) => {
    // It may get the same signal from here and from a signal to the whole group: this tells it why.
    const env = { ...options.env, npm_lifecycle_event: process.env.npm_lifecycle_event ?? 'start' };
    const child = spawn(program, args, { ...options, env, stdio: 'inherit' });
    const ignore = () => {};
    let isToldToEnd = false;
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      if (!isToldToEnd) child.kill(signal);
      isToldToEnd = true;
    };
    process.on('SIGINT', ignore).on('SIGTERM', passOn).on('SIGHUP', passOn);
    const stopWatching = process.env.npm_lifecycle_event ? watchParent(() => passOn('SIGTERM')) : ignore;
    const settle = () => {
      process.off('SIGINT', ignore).off('SIGTERM', passOn).off('SIGHUP', passOn);
      stopWatching();
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      resolve(exitCodeOf(code, signal));
    });
  });
}

/**
 * Calls back when the parent process has ended: this one then belongs to another.
 *
 * @param {() => void} onEnd
 * @returns {() => void} stops watching
 */
function watchParent(onEnd) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onEnd();
  }, PARENT_POLL_MS);
  return () => clearInterval(timer);
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCodeOf(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
