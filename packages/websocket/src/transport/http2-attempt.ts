/**
 * A request for a WebSocket over HTTP/2 (RFC 8441 §5): an extended CONNECT instead of an upgrade, answered by 200 instead
 * of 101. The server says in its settings that it takes them. It judges nothing.
 */
import type { Http2SecureServer, Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { bindContext, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { Http2Transport } from './http2-transport.ts';
import type { Transport } from './transport.ts';
import { type HeaderFields, REFUSAL_TIMEOUT_MS, type UpgradeAttempt } from './upgrade-attempt.ts';

/** A server of `node:http2`. */
export type AnyHttp2Server = Http2Server | Http2SecureServer;

/** Whether a server speaks HTTP/2. */
export function isHttp2Server(server: object): server is AnyHttp2Server {
  return 'updateSettings' in server;
}

/** Takes the extended CONNECTs of a server, those for WebSockets. @returns what ends that */
export function listenForConnects(
  server: AnyHttp2Server,
  onUpgrade: (attempt: UpgradeAttempt) => void,
): () => void {
  const inContext = bindContext(onUpgrade);
  // RFC 8441 §3: a client must not ask before it was told that it may. Connections from now on are told.
  server.updateSettings({ enableConnectProtocol: true });
  const onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    if (!isForWebSocket(headers)) return;
    outsideAllTasks(() => inContext(new Http2Attempt(stream, headers)));
  };
  // Where the server has a listener for requests, Node answers a CONNECT with 405 unless somebody listens for it.
  const onConnect = (request: { headers: IncomingHttpHeaders }, response: ConnectResponse): void => {
    if (isForWebSocket(request.headers) || server.listenerCount('connect') > 1) return;
    response.statusCode = 405;
    response.end();
  };
  const events = server as unknown as Events;
  events.on('stream', onStream);
  events.on('connect', onConnect);
  return () => {
    events.off('stream', onStream);
    events.off('connect', onConnect);
  };
}

interface ConnectResponse {
  statusCode: number;
  end(): void;
}

/** Node's types know the events of either server, not of one that may be both. */
interface Events {
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
}

function isForWebSocket(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'CONNECT' && headers[':protocol'] === 'websocket';
}

class Http2Attempt implements UpgradeAttempt {
  readonly method: string = 'CONNECT';
  readonly target: string;
  readonly httpVersion: string = '2.0';
  readonly isExtendedConnect: boolean = true;
  readonly headers: Readonly<Record<string, string>>;
  readonly hosts: number;
  readonly remoteAddress: string | undefined;
  readonly #stream: ServerHttp2Stream;
  #isAnswered = false;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.target = headers[':path'] ?? '/';
    this.headers = fieldsOf(headers);
    // RFC 9113 §8.3.1: the authority takes the place of the Host field.
    this.hosts = 'host' in this.headers ? 1 : 0;
    this.remoteAddress = stream.session?.socket.remoteAddress;
    this.#stream = stream;
    // An error without a listener would end the process.
    stream.on('error', () => {});
  }

  get isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  get isUnanswered(): boolean {
    return !this.#isAnswered && !this.#stream.headersSent;
  }

  onGone(callback: () => void): void {
    this.#stream.once('close', () => {
      if (!this.#isAnswered) callback();
    });
  }

  accept(headers: HeaderFields): Transport | undefined {
    this.#isAnswered = true;
    if (this.isGone) return undefined;
    this.#stream.respond({ ':status': 200, ...asObject(headers) });
    return new Http2Transport(this.#stream);
  }

  refuse(
    status: number,
    reason: string,
    headers: HeaderFields,
    body: string | Uint8Array = `${reason}\n`,
  ): void {
    this.#isAnswered = true;
    if (this.isGone) return;
    const stream = this.#stream;
    stream.respond({
      ':status': status,
      'content-type': 'text/plain; charset=utf-8',
      ...asObject(headers),
    });
    stream.end(body);
    // What the peer still sends is read and dropped.
    stream.resume();
    stream.setTimeout(REFUSAL_TIMEOUT_MS, () => stream.destroy());
  }
}

/** The fields without HTTP/2's own, and without a prototype. */
function fieldsOf(given: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || name.startsWith(':')) continue;
    fields[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  const authority = given[':authority'];
  if (authority !== undefined) fields.host = authority;
  return Object.freeze(fields);
}

/** RFC 9113 §8.2: names in lower case; §8.2.2: none that speaks of the connection. */
function asObject(headers: HeaderFields): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = {};
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (name === 'connection' || name === 'upgrade') continue;
    const before = object[name];
    object[name] = before === undefined ? value : [before, value].flat();
  }
  return object;
}
