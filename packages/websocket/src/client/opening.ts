/**
 * One attempt to open a connection: the address and headers of this attempt, the request, the judgement of the reply, the
 * deadline over all of it. It makes no socket.
 */
import { randomBytes } from 'node:crypto';
import type { EventLoop } from '@oxbow/loop';
import { ConnectError, HandshakeError, SocketInputError } from '../errors.ts';
import { judgeReply, requestHeaders } from '../protocol/handshake.ts';
import type { DeflateAgreement } from '../protocol/permessage-deflate.ts';
import { requestUpgrade, type UpgradeReply } from '../transport/client-upgrade.ts';
import { sha1Base64 } from '../transport/sha1.ts';
import type { Transport } from '../transport/transport.ts';
import { publicAddress } from './address.ts';
import type { ConnectSettings, RequestHeaders } from './connect-options.ts';

/** An opened transport with what was agreed on. */
export interface Opened {
  readonly transport: Transport;
  readonly subprotocol: string | undefined;
  readonly deflate: DeflateAgreement | undefined;
  readonly url: URL;
  /** The request's headers. */
  readonly requestHeaders: Readonly<Record<string, string>>;
}

/** Hears of exactly one outcome. */
export interface OpeningEvents {
  opened(opened: Opened): void;
  failed(error: HandshakeError | ConnectError | SocketInputError): void;
}

/** Starts an attempt. @returns the way to give it up, after which nothing is told */
export function openConnection(
  settings: ConnectSettings,
  loop: EventLoop,
  events: OpeningEvents,
): () => void {
  const { handshakeTimeoutMs } = settings;
  let stopRequest: (() => void) | undefined;
  let where = 'The server';
  let isOver = false;
  const settle = (tell: () => void): void => {
    if (isOver) return;
    isOver = true;
    timer?.cancel();
    tell();
  };
  const failed = (error: HandshakeError | ConnectError | SocketInputError): void =>
    settle(() => events.failed(error));
  const timer =
    handshakeTimeoutMs === Number.POSITIVE_INFINITY
      ? undefined
      : loop.callLater(handshakeTimeoutMs, () => {
          stopRequest?.();
          failed(
            new ConnectError(`${where} did not complete the handshake within ${handshakeTimeoutMs} ms.`),
          );
        });
  const request = (url: URL, headers: RequestHeaders): void => {
    if (isOver) return;
    where = publicAddress(url);
    stopRequest = sendRequest(url, headers, settings, {
      opened: (opened) => (isOver ? opened.transport.destroy() : settle(() => events.opened(opened))),
      failed,
    });
  };
  whenReady(settings, request, failed);
  return () => {
    isOver = true;
    timer?.cancel();
    stopRequest?.();
  };
}

/** Asks the functions for address and headers, where they are functions; what is fixed is used at once. */
function whenReady(
  { address, headers }: ConnectSettings,
  use: (url: URL, headers: RequestHeaders) => void,
  failed: (error: ConnectError | SocketInputError) => void,
): void {
  const refuse = (cause: unknown): void => {
    if (cause instanceof SocketInputError) failed(cause);
    else failed(new ConnectError('connect(): the function for url or headers failed.', { cause }));
  };
  try {
    const [url, fields] = [address(), headers()];
    if (url instanceof URL && !isThenable(fields)) use(url, fields);
    else
      Promise.all([url, fields])
        .then(([u, h]) => use(u, h))
        .catch(refuse);
  } catch (cause) {
    refuse(cause);
  }
}

function sendRequest(
  url: URL,
  given: RequestHeaders,
  settings: ConnectSettings,
  events: OpeningEvents,
): () => void {
  const key = randomBytes(16).toString('base64');
  const own = requestHeaders(key, settings.protocols, settings.connection.deflate);
  const ownNames = new Set(own.map(([name]) => name.toLowerCase()));
  const headers = [...Object.entries(given).filter(([name]) => !ownNames.has(name.toLowerCase())), ...own];
  return requestUpgrade({
    url,
    headers,
    tls: settings.tls,
    agent: settings.agent,
    proxy: settings.proxy,
    onReply: (reply) => conclude(reply, key, url, settings, headers, events),
    onError: (cause) => {
      const why = cause instanceof Error ? cause.message || cause.name : String(cause);
      events.failed(new ConnectError(`Cannot connect to ${publicAddress(url)}: ${why}`, { cause }));
    },
  });
}

function conclude(
  reply: UpgradeReply,
  key: string,
  url: URL,
  settings: ConnectSettings,
  headers: readonly (readonly [string, string])[],
  events: OpeningEvents,
): void {
  const where = publicAddress(url);
  if (!reply.upgraded) {
    const message = `${where} answered the handshake with ${reply.status}, not 101.`;
    events.failed(new HandshakeError(reply.status, message, reply));
    return;
  }
  const verdict = judgeReply(reply.headers, key, settings.protocols, sha1Base64, settings.connection.deflate);
  if ('problem' in verdict) {
    reply.transport.destroy();
    events.failed(new HandshakeError(101, `${where} broke the handshake: ${verdict.problem}.`));
    return;
  }
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) record[name.toLowerCase()] = value;
  events.opened({
    transport: reply.transport,
    subprotocol: verdict.subprotocol,
    deflate: verdict.deflate,
    url,
    requestHeaders: Object.freeze(record),
  });
}

function isThenable(
  value: RequestHeaders | PromiseLike<RequestHeaders>,
): value is PromiseLike<RequestHeaders> {
  return typeof (value as { then?: unknown }).then === 'function';
}
