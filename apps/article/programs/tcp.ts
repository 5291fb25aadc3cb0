// A line server on TCP and its client: each line comes back in capitals. A connection is a stream of what comes in and a place to
// write to; a slow reader is sent to slowly.
import { lines } from '@oxbow/codec';
import { decode, encode, map } from '@oxbow/stream';
import { connectTcp, listenTcp, type NetConnection } from '@oxbow/stream/net';

function serve(connection: NetConnection): Promise<void> {
  return connection
    .pipe(
      decode(lines()),
      map((line) => line.toUpperCase()),
      encode(lines()),
    )
    .to(connection);
}

export async function main(): Promise<void> {
  const server = await listenTcp(0, serve);
  const client = await connectTcp('127.0.0.1', server.port);
  await client.write('hello\nline two\n');
  await client.end(); // all is said; the answers may still come
  for await (const line of client.pipe(decode(lines()))) console.log(`received: ${line}`);
  await server.close();
}
