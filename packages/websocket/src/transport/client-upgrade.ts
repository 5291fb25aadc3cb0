/**
 * A client's request to upgrade, over Node's own HTTP: directly, by an agent, or through a proxy.
 */
import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket as TcpSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { headersOf } from './http-headers.ts';
import type { TlsOptions } from './portable.ts';
import { TcpTransport } from './tcp-transport.ts';
import type { Transport } from './transport.ts';

export type { Agent } from 'node:http';

/** What is read of the body of a refusal, in bytes. */
export const MAX_REFUSAL_BODY_BYTES = 16_384;

/** What came of a client's request to upgrade. */
export type UpgradeReply =
  | {
      readonly upgraded: true;
      readonly headers: Readonly<Record<string, string>>;
      readonly transport: Transport;
    }
  | {
      readonly upgraded: false;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    };

/** What a client's request needs. */
export interface UpgradeRequestOptions {
  /** ws:, wss:, http: or https:. */
  readonly url: URL;
  readonly headers: readonly (readonly [string, string])[];
  readonly tls: TlsOptions;
  readonly agent: Agent | undefined;
  readonly proxy: URL | undefined;
  readonly onReply: (reply: UpgradeReply) => void;
  readonly onError: (error: unknown) => void;
}

/** Asks a server to upgrade; tells of exactly one outcome. @returns the way to give up, after which nothing is told */
export function requestUpgrade(options: UpgradeRequestOptions): () => void {
  const attempt = new ClientAttempt(options);
  attempt.start();
  return () => attempt.giveUp();
}

class ClientAttempt {
  readonly #options: UpgradeRequestOptions;
  readonly #isSecure: boolean;
  #request: ClientRequest | undefined;
  #isSettled = false;

  constructor(options: UpgradeRequestOptions) {
    this.#options = options;
    this.#isSecure = options.url.protocol === 'wss:' || options.url.protocol === 'https:';
  }

  start(): void {
    // Node refuses header values it cannot send by throwing.
    try {
      if (this.#options.proxy === undefined) this.#upgrade(undefined);
      else this.#tunnel(this.#options.proxy);
    } catch (error) {
      this.#fail(error);
    }
  }

  giveUp(): void {
    this.#isSettled = true;
    this.#request?.destroy();
  }

  /** Asks the proxy for a tunnel (RFC 9110 §9.3.6). */
  #tunnel(proxy: URL): void {
    const { url } = this.#options;
    const authority = `${url.hostname}:${url.port === '' ? (this.#isSecure ? 443 : 80) : url.port}`;
    const headers: Record<string, string> = { Host: authority };
    if (proxy.username !== '') {
      const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
      headers['Proxy-Authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
    const send = proxy.protocol === 'https:' ? requestHttps : requestHttp;
    const target = { hostname: proxy.hostname, port: proxy.port, method: 'CONNECT', path: authority };
    const request = send({ ...target, headers, agent: false });
    this.#request = request;
    request.on('connect', (response, socket) => {
      if (this.#isSettled) socket.destroy();
      else if (response.statusCode === 200) this.#upgradeOver(socket as TcpSocket);
      else {
        socket.destroy();
        this.#fail(new Error(`the proxy answered ${response.statusCode} to CONNECT`));
      }
    });
    request.on('error', (error) => this.#fail(error));
    request.end();
  }

  #upgradeOver(socket: TcpSocket): void {
    try {
      if (!this.#isSecure) {
        this.#upgrade(socket);
        return;
      }
      const { hostname } = this.#options.url;
      const secure = connectTls({ servername: hostname, ...this.#options.tls, socket });
      secure.on('error', (error) => this.#fail(error));
      this.#upgrade(secure);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param over a connection that is there already */
  #upgrade(over: TcpSocket | undefined): void {
    const { url, tls, agent } = this.#options;
    const target = new URL(url);
    target.protocol = this.#isSecure ? 'https:' : 'http:';
    const headers: Record<string, string> = Object.create(null);
    for (const [name, value] of this.#options.headers) headers[name] = value;
    const connection =
      over === undefined ? { ...tls, agent: agent ?? (false as const) } : { createConnection: () => over };
    // Over a tunnel the connection is secure already.
    const isSecureRequest = this.#isSecure && over === undefined;
    if (over !== undefined) target.protocol = 'http:';
    const host = over === undefined ? {} : { Host: url.host };
    const request = (isSecureRequest ? requestHttps : requestHttp)(target, {
      ...connection,
      headers: { ...host, ...headers },
    });
    this.#request = request;
    request.on('upgrade', (response, socket, head) => this.#upgraded(response, socket as TcpSocket, head));
    request.on('response', (response) => this.#refused(response));
    request.on('error', (error) => this.#fail(error));
    request.end();
  }

  #upgraded(response: IncomingMessage, socket: TcpSocket, head: Buffer): void {
    // Also when nobody wants it any more: an error without a listener would end the process.
    const transport = new TcpTransport(socket);
    if (this.#isSettled) {
      transport.destroy();
      return;
    }
    if (head.length > 0) socket.unshift(head);
    this.#settle({ upgraded: true, headers: headersOf(response), transport });
  }

  /** Reads the beginning of what the server has to say; the deadline of the whole attempt holds here too. */
  #refused(response: IncomingMessage): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (): void => {
      const body = new Uint8Array(Buffer.concat(chunks).subarray(0, MAX_REFUSAL_BODY_BYTES));
      this.#settle({ upgraded: false, status: response.statusCode ?? 0, headers: headersOf(response), body });
      response.destroy();
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_REFUSAL_BODY_BYTES) end();
    });
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  }

  #settle(reply: UpgradeReply): void {
    if (this.#isSettled) {
      if (reply.upgraded) reply.transport.destroy();
      return;
    }
    this.#isSettled = true;
    this.#options.onReply(reply);
  }

  #fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#options.onError(error);
  }
}
