/**
 * A protocol of lines, as in asyncio's `readline` loops: a small store that understands SET, GET and QUIT. Decoding, the
 * answers and encoding are one pipeline; a client that does not read its answers is not read either.
 */
import { lines } from '@oxbow/codec';
import { run } from '@oxbow/loop';
import { decode, encode, mapAsync, Stream } from '@oxbow/stream';
import { connectTcp, listenTcp, type NetConnection } from '@oxbow/stream/net';
import { takeWhile } from 'rxjs';

const store = new Map<string, string>();

async function answer(line: string): Promise<string> {
  const [command = '', key = '', ...rest] = line.split(' ');
  switch (command.toUpperCase()) {
    case 'SET':
      store.set(key, rest.join(' '));
      return 'OK';
    case 'GET':
      return store.get(key) ?? '(nothing)';
    default:
      return `ERROR unknown command ${command}`;
  }
}

function serve(connection: NetConnection): Promise<void> {
  return connection
    .pipe(
      decode(lines({ maxLineBytes: 1024 })),
      takeWhile((line) => line !== 'QUIT'),
      mapAsync(answer),
      encode(lines()),
    )
    .to(connection);
}

await run(async () => {
  const server = await listenTcp(0, serve, { idleTimeoutMs: 60_000 });
  const client = await connectTcp('127.0.0.1', server.port);
  const commands = ['SET river oxbow lake', 'GET river', 'GET sea', 'FLY', 'QUIT'];
  await Stream.from(commands).pipe(encode(lines())).to(client);
  for await (const line of client.pipe(decode(lines()))) console.log(line);
  await server.close();
});
