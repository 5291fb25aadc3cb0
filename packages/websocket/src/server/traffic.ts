/**
 * Counts what a server does, and tells those who listen on `node:diagnostics_channel`: `oxbow:websocket:open`,
 * `oxbow:websocket:close` and `oxbow:websocket:refuse`. Costs a comparison where nobody listens.
 */
import { channel } from 'node:diagnostics_channel';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import type { Socket } from '../socket/socket.ts';

const opened = channel('oxbow:websocket:open');
const closed = channel('oxbow:websocket:close');
const refused = channel('oxbow:websocket:refuse');

/** Distinct codes counted by themselves; others count under -1. */
const MAX_CODES = 100;

/** How often each code or status was met. */
export type CountByCode = Readonly<Record<number, number>>;

/** One server's counts. */
export class Traffic {
  #accepted = 0;
  readonly #refused = new Map<number, number>();
  readonly #closed = new Map<number, number>();

  /** Connections accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Refused upgrades by status. */
  get refused(): CountByCode {
    return Object.freeze(Object.fromEntries(this.#refused));
  }

  /** Ended connections by close code. */
  get closed(): CountByCode {
    return Object.freeze(Object.fromEntries(this.#closed));
  }

  open(socket: Socket): void {
    this.#accepted += 1;
    if (opened.hasSubscribers) opened.publish({ socket });
  }

  close(socket: Socket, info: CloseInfo): void {
    count(this.#closed, info.code);
    if (closed.hasSubscribers) closed.publish({ socket, info });
  }

  refuse(status: number, url: string, remoteAddress: string | undefined): void {
    count(this.#refused, status);
    if (refused.hasSubscribers) refused.publish({ status, url, remoteAddress });
  }
}

function count(counts: Map<number, number>, code: number): void {
  const key = counts.has(code) || counts.size < MAX_CODES ? code : -1;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
