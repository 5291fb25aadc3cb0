/** An echo server in one line: what comes in goes out, as fast as the client reads it, and the client's end ends it. */
import { run } from '@oxbow/loop';
import { connectTcp, listenTcp } from '@oxbow/stream/net';

await run(async () => {
  const server = await listenTcp(0, (connection) => connection.to(connection));

  const client = await connectTcp('127.0.0.1', server.port);
  await client.write('hello, ');
  await client.write('oxbow');
  await client.end();

  let answer = '';
  const decoder = new TextDecoder();
  for await (const chunk of client) answer += decoder.decode(chunk, { stream: true });
  console.log(answer);

  await server.close();
});
