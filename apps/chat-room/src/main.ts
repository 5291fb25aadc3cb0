#!/usr/bin/env node
/** The program behind `npm run chat`. */
import { runApp } from '@oxbow/shell';
import { HELP, readCommandLine } from './command-line.ts';

await runApp(async (words) => {
  const command = readCommandLine(words);
  if (command === 'help') process.stdout.write(HELP);
  else await (await import('./chat-room.ts')).serveChatRoom(command);
  return 0;
});
