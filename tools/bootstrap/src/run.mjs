/**
 * Starting other programs: one to be waited for with its output kept, one that takes over the terminal.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How much of a kept output is held on to, in characters. */
const MAX_KEPT_CHARACTERS = 64 * 1024;

/**
 * Runs a program and keeps the end of what it prints.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, shell?: boolean, onOutput?: (text: string) => void }} options
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
 * signals the whole group), so here it is only ignored; SIGTERM and SIGHUP, which come to one process, are passed on.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, shell?: boolean }} options
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it
 */
export function attach(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit' });
    const ignore = () => {};
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => void child.kill(signal);
    process.on('SIGINT', ignore).on('SIGTERM', passOn).on('SIGHUP', passOn);
    const settle = () => process.off('SIGINT', ignore).off('SIGTERM', passOn).off('SIGHUP', passOn);
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
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCodeOf(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
