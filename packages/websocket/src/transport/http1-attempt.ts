/**
 * A request to upgrade as Node's HTTP/1.1 server tells of it (RFC 6455 §4.2). It judges nothing.
 */
import type { EventEmitter } from 'node:events';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { bindContext, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { headersOf, timesSent } from './http-headers.ts';
import { TcpTransport } from './tcp-transport.ts';
import type { Transport } from './transport.ts';
import { type HeaderFields, REFUSAL_TIMEOUT_MS, type UpgradeAttempt } from './upgrade-attempt.ts';

/** Listens for upgrades on a server. @returns what takes the listener off again */
export function listenForHttp1(
  events: EventEmitter,
  onUpgrade: (attempt: UpgradeAttempt) => void,
): () => void {
  // A server belongs to no task, but to the context in which it was made: so do its handlers.
  const inContext = bindContext(onUpgrade);
  const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    outsideAllTasks(() => inContext(new Http1Attempt(request, socket as TcpSocket, head)));
  };
  // First in the line: what another listener writes at once must be known from what was written before.
  events.prependListener('upgrade', listener);
  return () => {
    events.off('upgrade', listener);
  };
}

class Http1Attempt implements UpgradeAttempt {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly isExtendedConnect: boolean = false;
  readonly headers: Readonly<Record<string, string>>;
  readonly hosts: number;
  readonly remoteAddress: string | undefined;
  readonly #socket: TcpSocket;
  readonly #head: Buffer;
  /** What was written on this TCP connection before: other answers, where it is kept alive. */
  readonly #writtenBefore: number;
  #isAnswered = false;
  readonly #ignore = (): void => {};

  constructor(request: IncomingMessage, socket: TcpSocket, head: Buffer) {
    this.method = request.method ?? '';
    this.target = request.url ?? '/';
    this.httpVersion = request.httpVersion;
    this.headers = headersOf(request);
    this.hosts = timesSent(request, 'host');
    this.remoteAddress = socket.remoteAddress;
    this.#socket = socket;
    this.#head = head;
    this.#writtenBefore = socket.bytesWritten;
    // An error without a listener would end the process.
    socket.on('error', this.#ignore);
  }

  get isGone(): boolean {
    return this.#socket.destroyed || !this.#socket.writable;
  }

  get isUnanswered(): boolean {
    return !this.#isAnswered && this.#socket.bytesWritten === this.#writtenBefore;
  }

  onGone(callback: () => void): void {
    this.#socket.once('close', () => {
      if (!this.#isAnswered) callback();
    });
  }

  accept(headers: HeaderFields): Transport | undefined {
    const socket = this.#socket;
    this.#isAnswered = true;
    if (this.isGone) {
      socket.destroy();
      return undefined;
    }
    this.#write(101, headers, '');
    if (this.#head.length > 0) socket.unshift(this.#head);
    const transport = new TcpTransport(socket, { sharesReads: true });
    socket.off('error', this.#ignore);
    return transport;
  }

  refuse(
    status: number,
    reason: string,
    headers: HeaderFields,
    body: string | Uint8Array = `${reason}\n`,
  ): void {
    const socket = this.#socket;
    this.#isAnswered = true;
    if (this.isGone) {
      socket.destroy();
      return;
    }
    const given = new Set(headers.map(([name]) => name.toLowerCase()));
    const plain: [string, string][] = [
      ['Connection', 'close'],
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(Buffer.byteLength(body))],
    ];
    this.#write(status, [...headers, ...plain.filter(([name]) => !given.has(name.toLowerCase()))], body);
    // What the peer still sends is read and dropped, so that no reset overtakes the answer.
    socket.resume();
    socket.end(() => socket.destroy());
    socket.setTimeout(REFUSAL_TIMEOUT_MS, () => socket.destroy());
  }

  #write(status: number, headers: HeaderFields, body: string | Uint8Array): void {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.#socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines}\r\n`);
    if (body.length > 0) this.#socket.write(body);
  }
}
