/**
 * Whether an upgrade is accepted: first the server's own rules, then RFC 6455's.
 */
import {
  type AcceptedHandshake,
  headerOf,
  judgeRequest,
  type RefusedHandshake,
  refuse,
} from '../protocol/handshake.ts';
import type { UpgradeAttempt } from '../transport/portable.ts';
import { sha1Base64 } from '../transport/sha1.ts';
import type { ServeSettings } from './serve-options.ts';

/** @param isAccepting false once the server drains or closes */
export function judgeUpgrade(
  attempt: UpgradeAttempt,
  settings: ServeSettings,
  isAccepting: boolean,
  connections: number,
): AcceptedHandshake | RefusedHandshake {
  if (!isAccepting) return refuse(503, 'The server is going away.');
  const verdict = judgeRequest(attempt, settings.subprotocols, sha1Base64);
  if (!verdict.ok) return verdict;
  const origin = headerOf(attempt.headers, 'origin');
  if (origin !== undefined && !settings.isOriginAllowed(origin, headerOf(attempt.headers, 'host'))) {
    return refuse(403, 'Pages of this origin may not connect (see the origins option).');
  }
  if (connections >= settings.maxConnections)
    return refuse(503, 'The server has as many connections as it may.');
  return verdict;
}
