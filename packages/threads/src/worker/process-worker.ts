/**
 * What a worker process runs: calls come and go over the IPC channel, and the end of the channel is the end
 * of it.
 */

import { type FromWorker, READY, type ToWorker } from '../call/wire.ts';
import { CallRunner } from './call-runner.ts';

const runner: CallRunner = new CallRunner({
  border: 'process',
  claim: () => true,
  cancelRequested: () => false,
  reply: (message) => send(message),
  idle: () => {},
  stop: () => process.exit(),
});

function send(message: FromWorker): void {
  // Without a channel there is nobody left to answer; 'disconnect' ends the process.
  if (process.connected) process.send!(message);
}

process.on('message', (message) => runner.accept(message as ToWorker));
process.on('disconnect', () => process.exit());
// Ctrl-C, a terminal that is closed and many supervisors reach the whole process group: the program unwinds, and its pool
// decides what becomes of calls under way. When the program is gone, 'disconnect' ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
send([0, READY, undefined]);
