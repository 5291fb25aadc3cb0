/**
 * A TCP proxy: two streams and two sinks, crosswise. Backpressure and half close pass through in both directions, and when
 * either side breaks, the group cancels the other.
 */
import { run, TaskGroup } from '@oxbow/loop';
import { meter } from '@oxbow/stream';
import { connectTcp, listenTcp, type NetConnection } from '@oxbow/stream/net';

function proxyTo(host: string, port: number): (client: NetConnection) => Promise<void> {
  return async (client) => {
    const upstream = await connectTcp(host, port);
    try {
      await TaskGroup.run(async (group) => {
        group.createTask(() => client.to(upstream));
        group.createTask(() =>
          upstream
            .pipe(meter(({ bytes, final }) => final && console.log(`${bytes} bytes came back`)))
            .to(client),
        );
      });
    } finally {
      await upstream.close();
    }
  };
}

await run(async () => {
  const shout = await listenTcp(0, async (connection) => {
    const decoder = new TextDecoder();
    for await (const chunk of connection) await connection.write(decoder.decode(chunk).toUpperCase());
  });
  const proxy = await listenTcp(0, proxyTo('127.0.0.1', shout.port));

  const client = await connectTcp('127.0.0.1', proxy.port);
  await client.write('through the middle');
  await client.end();
  for await (const chunk of client) console.log(new TextDecoder().decode(chunk));

  await proxy.close();
  await shout.close();
});
