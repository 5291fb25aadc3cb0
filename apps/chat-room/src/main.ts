#!/usr/bin/env node
/** The program behind `npm run chat`. */
import cluster from 'node:cluster';
import { runApp } from '@oxbow/shell';
import { HELP, readCommandLine } from './command-line.ts';

await runApp(async (words) => {
  const command = readCommandLine(words);
  if (command === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (cluster.isPrimary && command.processes === 1) {
    return (await import('./chat-room.ts')).serveChatRoom(command);
  }
  const { serveAsOneOf, serveFromProcesses } = await import('./server-processes.ts');
  return cluster.isPrimary ? serveFromProcesses(command) : serveAsOneOf(command);
});
// The channel to the first process would keep this one.
if (cluster.isWorker) process.exit();
