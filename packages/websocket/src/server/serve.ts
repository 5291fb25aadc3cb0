/**
 * The front door of the server's side: checks the options, begins to listen and gives a server.
 */
import { currentLoop, Future } from '@oxbow/loop';
import { ConnectError, SocketInputError } from '../errors.ts';
import { type HttpServer, type OwnServer, openServer } from '../transport/portable.ts';
import type { SocketHandler } from './handler-task.ts';
import { type ServeOptions, serveSettings } from './serve-options.ts';
import { WebSocketServer } from './server.ts';

/**
 * Serves WebSocket connections: each gets a task that runs `handler`.
 *
 * An async handler (or a generator) owns its connection: when it ends, the connection is closed with 1000, unless
 * somebody still reads the socket or it follows a topic. A handler that throws closes it with 1011; the server lives on
 * and `onError` is told. A plain function may return at once; then the connection stays open until somebody closes it.
 *
 * When the connection ends, a handler that is reading the socket sees its stream complete and goes on behind the loop. One
 * that waits for anything else is cancelled at that wait (`detached: true` lifts it). Its `finally` blocks may wait again.
 *
 * The type of `socket.data` is named where it is used: `async (socket: Socket<User>) => …`.
 *
 * @returns a Future of the listening server
 * @throws SocketInputError and `ERR_OXBOW_UNKNOWN_OPTION` at once; ConnectError when the port cannot be had
 *
 * @example
 * ```ts
 * import { serve } from '@oxbow/websocket';
 *
 * const server = await serve(async (socket) => {
 *   for await (const message of socket) await socket.send(message);
 * }, { port: 8080 });
 * console.log(server.url);
 * ```
 */
export function serve(handler: SocketHandler, options: ServeOptions = {}): Future<WebSocketServer> {
  if (typeof handler !== 'function') {
    throw new SocketInputError(`serve() takes a handler, a function of one socket; got ${typeof handler}.`);
  }
  const settings = serveSettings(options);
  const loop = currentLoop();
  const serverOn = (http: HttpServer, own?: OwnServer): WebSocketServer =>
    new WebSocketServer({ http, own, handler: handler, settings, loop });
  if (settings.server !== undefined) {
    const future = new Future<WebSocketServer>({ name: 'serve()' });
    future.setResult(serverOn(settings.server));
    return future;
  }
  const opening = openServer({
    host: settings.host,
    port: settings.port,
    onConnection: (destroy) => {
      if (settings.handshakeTimeoutMs === Number.POSITIVE_INFINITY) return () => {};
      const timer = loop.callLater(settings.handshakeTimeoutMs, destroy);
      return () => timer.cancel();
    },
  });
  const future = new Future<WebSocketServer>({ name: 'serve()', onCancel: () => opening.abort() });
  opening.opened.then(
    (own) => {
      if (future.done) own.close();
      else future.setResult(serverOn(own.http, own));
    },
    (cause: unknown) => {
      const where = `${settings.host}:${settings.port}`;
      const why = cause instanceof Error ? cause.message : String(cause);
      if (!future.done)
        future.setException(new ConnectError(`serve() cannot listen on ${where}: ${why}`, { cause }));
    },
  );
  return future;
}
