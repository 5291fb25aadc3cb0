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
// Ctrl-C reaches the whole process group: the pool decides what becomes of calls under way.
process.on('SIGINT', () => {});
send([0, READY, undefined]);
