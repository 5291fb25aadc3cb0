/**
 * The front door of the client's side: opens a connection and gives a socket, which may outlive its connections.
 */
import { currentLoop, type EventLoop, Future } from '@oxbow/loop';
import { compressionOf } from '../compression/compression.ts';
import { Connection, type ConnectionOwner } from '../connection/connection.ts';
import { Endpoint } from '../connection/endpoint.ts';
import { PagePool } from '../connection/page-pool.ts';
import type { HandshakeInfo } from '../socket/handshake-info.ts';
import { Socket } from '../socket/socket.ts';
import { bufferText } from '../transport/buffer-text.ts';
import { type ConnectOptions, type ConnectSettings, connectSettings, type Fresh } from './connect-options.ts';
import { nextMaskKey } from './mask-keys.ts';
import { type Opened, openConnection } from './opening.ts';
import { Reconnector } from './reconnector.ts';

/** Clients share the memory they write frames into. */
const pages = new PagePool(bufferText.allocate);

/**
 * Connects to a WebSocket server.
 *
 * With `reconnect`, the first attempt fails like any other. Afterwards the socket outlives its connections: when one
 * ends, another is opened after a while, sends wait for it, and the stream goes on. Your own `close()`, a clean goodbye
 * of the server and a refusal that cannot change are final. `onStatus` tells of it. What was sent but not yet received
 * when a connection broke may be lost: use `request` for what must arrive.
 *
 * @param url ws: or wss: (http: and https: mean the same), or a function asked at every attempt
 * @returns a Future of the open socket; cancelling it ends the attempt
 * @throws SocketInputError and `ERR_OXBOW_UNKNOWN_OPTION` at once; HandshakeError when the server refuses, ConnectError
 *   when it cannot be reached or is too slow
 *
 * @example
 * ```ts
 * import { connect } from '@oxbow/websocket';
 *
 * const socket = await connect('ws://localhost:8080/', { reconnect: true });
 * await socket.send('hello');
 * for await (const message of socket) console.log(message);
 * ```
 */
export function connect(url: Fresh<string | URL>, options: ConnectOptions = {}): Future<Socket> {
  const settings = connectSettings(url, options);
  const loop = currentLoop();
  const future = new Future<Socket>({ name: 'connect()', onCancel: () => giveUp() });
  const giveUp = openConnection(settings, loop, {
    opened: (opened) => future.setResult(socketOf(opened, settings, loop)),
    failed: (error) => future.setException(error),
  });
  return future;
}

function socketOf(opened: Opened, settings: ConnectSettings, loop: EventLoop): Socket {
  const { reconnect, connection } = settings;
  const endpoint = new Endpoint({
    role: 'client',
    settings: connection,
    loop,
    text: bufferText,
    pages,
    nextMaskKey,
  });
  const connectionOf =
    ({ transport, deflate }: Opened) =>
    (owner: ConnectionOwner) =>
      new Connection(endpoint, transport, owner, compressionOf(deflate, connection.deflate));
  const reconnector =
    reconnect === undefined
      ? undefined
      : new Reconnector(reconnect, loop, settings.isFresh, (events) =>
          openConnection(settings, loop, {
            opened: (again) =>
              events.opened({
                open: connectionOf(again),
                handshake: handshakeOf(again),
                subprotocol: again.subprotocol,
              }),
            failed: (error) => events.failed(error),
          }),
        );
  const forgetCloser = loop.onClose(() => socket.close());
  const socket: Socket = new Socket({
    open: connectionOf(opened),
    loop,
    subprotocol: opened.subprotocol,
    handshake: handshakeOf(opened),
    maxBufferedBytes: connection.maxBufferedBytes,
    maxConcurrentRequests: connection.maxConcurrentRequests,
    onError: settings.onError,
    closesOnError: false,
    survives: (info) => reconnector?.lost(info) ?? false,
    takeControl: (control) => reconnector?.of(control),
    onLeave: () => reconnector?.leave(),
    onFinish: () => {
      reconnector?.stop();
      forgetCloser();
    },
  });
  socket.start();
  return socket;
}

function handshakeOf({ url, requestHeaders, transport }: Opened): HandshakeInfo {
  return Object.freeze({
    url: url.href,
    headers: requestHeaders,
    origin: requestHeaders.origin,
    remoteAddress: transport.remoteAddress,
  });
}
