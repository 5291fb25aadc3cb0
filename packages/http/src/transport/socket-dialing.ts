/** One TCP connection being made, or one to a socket in the file system, as a race dials it (address-race.ts). */
import { type NetConnectOpts, connect as netConnect, type Socket } from 'node:net';
import type { Dialing } from './address-race.ts';

/** Bytes a plain socket reads ahead; TLS records are 16 KiB anyway. */
const SOCKET_HIGH_WATER_BYTES = 64 * 1024;
/** First TCP keep-alive probe on an idle connection. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** A connection being made to one address, or to a socket in the file system. */
export class SocketDialing implements Dialing {
  readonly socket: Socket;

  constructor(
    where: NetConnectOpts,
    onConnected: (dialing: SocketDialing) => void,
    onFailed: (error: Error) => void,
  ) {
    const options = {
      ...where,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      highWaterMark: SOCKET_HIGH_WATER_BYTES,
    };
    this.socket = netConnect(options as NetConnectOpts);
    this.socket.once('error', onFailed);
    this.socket.once('connect', () => {
      this.socket.off('error', onFailed);
      onConnected(this);
    });
  }

  close(): void {
    // What it fails with now is of no interest, and without a listener it would end the process.
    this.socket.on('error', () => {});
    this.socket.destroy();
  }
}
