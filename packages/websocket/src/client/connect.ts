/**
 * The front door of the client's side: opens a connection and gives a socket, which may outlive its connections.
 */
import { currentLoop, type EventLoop, Future } from '@oxbow/loop';
import { Connection, type ConnectionOwner } from '../connection/connection.ts';
import { PagePool } from '../connection/page-pool.ts';
import { Socket } from '../socket/socket.ts';
import { bufferText } from '../transport/buffer-text.ts';
import type { Transport } from '../transport/transport.ts';
import { type ConnectOptions, type ConnectSettings, connectSettings } from './connect-options.ts';
import { nextMaskKey } from './mask-keys.ts';
import { type Opened, openConnection } from './opening.ts';
import { Reconnector } from './reconnector.ts';

/** Clients share the memory they write frames into. */
const pages = new PagePool(bufferText.allocate);

/**
 * Connects to a WebSocket server.
 *
 * With `reconnect`, the first attempt fails like any other; afterwards the socket outlives its connections: when one is
 * lost, another is opened after a while, sends wait for it, and the stream goes on. What was sent but not yet received
 * when a connection broke may be lost: use `request` for what must arrive.
 *
 * @param url ws: or wss: (http: and https: mean the same)
 * @returns a Future of the open socket; cancelling it ends the attempt
 * @throws SocketInputError and `ERR_OXBOW_UNKNOWN_OPTION` at once; HandshakeError when the server refuses, ConnectError
 *   when it cannot be reached or is too slow
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Future<Socket> {
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
  const connectionOf = (transport: Transport) => (owner: ConnectionOwner) =>
    new Connection(
      {
        role: 'client',
        transport,
        settings: settings.connection,
        loop,
        text: bufferText,
        pages,
        nextMaskKey,
      },
      owner,
    );
  const reconnector =
    settings.reconnect === undefined
      ? undefined
      : new Reconnector(settings.reconnect, loop, (events) =>
          openConnection(settings, loop, {
            opened: ({ transport }) => events.opened(connectionOf(transport)),
            failed: (error) => events.failed(error),
          }),
        );
  const forgetCloser = loop.onClose(() => socket.close());
  const socket = new Socket({
    open: connectionOf(opened.transport),
    loop,
    subprotocol: opened.subprotocol,
    handshake: Object.freeze({
      url: settings.url.href,
      headers: opened.requestHeaders,
      origin: opened.requestHeaders.origin,
      remoteAddress: opened.transport.remoteAddress,
    }),
    survives: (info) => reconnector?.lost(info) ?? false,
    takeControl: (control) => reconnector?.of(control),
    onFinish: () => {
      reconnector?.stop();
      forgetCloser();
    },
  });
  socket.start();
  return socket;
}
