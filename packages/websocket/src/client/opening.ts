/**
 * One attempt to open a connection: the request, the judgement of the reply, the deadline. It makes no socket.
 */
import { randomBytes } from 'node:crypto';
import type { EventLoop } from '@oxbow/loop';
import { ConnectError, HandshakeError } from '../errors.ts';
import { judgeReply, requestHeaders } from '../protocol/handshake.ts';
import { requestUpgrade, type UpgradeReply } from '../transport/portable.ts';
import { sha1Base64 } from '../transport/sha1.ts';
import type { Transport } from '../transport/transport.ts';
import type { ConnectSettings } from './connect-options.ts';

/** An opened transport with what was agreed on. */
export interface Opened {
  readonly transport: Transport;
  readonly subprotocol: string | undefined;
  /** The request's headers. */
  readonly requestHeaders: Readonly<Record<string, string>>;
}

/** Hears of exactly one outcome. */
export interface OpeningEvents {
  opened(opened: Opened): void;
  failed(error: HandshakeError | ConnectError): void;
}

/** Starts an attempt. @returns the way to give it up, after which nothing is told */
export function openConnection(
  settings: ConnectSettings,
  loop: EventLoop,
  events: OpeningEvents,
): () => void {
  const { url, protocols, handshakeTimeoutMs } = settings;
  const key = randomBytes(16).toString('base64');
  const own = requestHeaders(key, protocols);
  const ownNames = new Set(own.map(([name]) => name.toLowerCase()));
  const added = Object.entries(settings.headers).filter(([name]) => !ownNames.has(name.toLowerCase()));
  const headers = [...added, ...own];

  const giveUp = requestUpgrade({
    url,
    headers,
    tls: settings.tls,
    onReply: (reply) => {
      timer?.cancel();
      conclude(reply, key, settings, headers, events);
    },
    onError: (cause) => {
      timer?.cancel();
      const why = cause instanceof Error ? cause.message || cause.name : String(cause);
      events.failed(new ConnectError(`Cannot connect to ${url}: ${why}`, { cause }));
    },
  });
  const timer =
    handshakeTimeoutMs === Number.POSITIVE_INFINITY
      ? undefined
      : loop.callLater(handshakeTimeoutMs, () => {
          giveUp();
          events.failed(
            new ConnectError(`${url} did not complete the handshake within ${handshakeTimeoutMs} ms.`),
          );
        });
  return () => {
    timer?.cancel();
    giveUp();
  };
}

function conclude(
  reply: UpgradeReply,
  key: string,
  settings: ConnectSettings,
  headers: readonly (readonly [string, string])[],
  events: OpeningEvents,
): void {
  const { url, protocols } = settings;
  if (!reply.upgraded) {
    events.failed(
      new HandshakeError(reply.status, `${url} answered the handshake with ${reply.status}, not 101.`),
    );
    return;
  }
  const verdict = judgeReply(reply.headers, key, protocols, sha1Base64);
  if ('problem' in verdict) {
    reply.transport.destroy();
    events.failed(new HandshakeError(101, `${url} broke the handshake: ${verdict.problem}.`));
    return;
  }
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) record[name.toLowerCase()] = value;
  events.opened({
    transport: reply.transport,
    subprotocol: verdict.subprotocol,
    requestHeaders: Object.freeze(record),
  });
}
