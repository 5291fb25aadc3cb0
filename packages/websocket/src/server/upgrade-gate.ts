/**
 * Whether an upgrade is accepted: the server's room, RFC 6455's rules, the page's origin, then the user's own check. The
 * last two may take their time, within a bound; whatever they throw, every upgrade gets its answer.
 */
import type { EventLoop } from '@oxbow/loop';
import { checkDuration } from '../connection/connection-options.ts';
import { SocketInputError } from '../errors.ts';
import {
  type AcceptedHandshake,
  headerOf,
  judgeRequest,
  type RefusedHandshake,
  refuse,
} from '../protocol/handshake.ts';
import { isToken, splitList } from '../protocol/header-list.ts';
import { sha1Base64 } from '../transport/sha1.ts';
import type { AddressLimits } from './address-limits.ts';
import type { ServeSettings } from './serve-options.ts';
import type { Traffic } from './traffic.ts';
import type { AcceptUpgrade, RefuseUpgrade, UpgradeAnswer } from './upgrade-info.ts';
import type { RoutedUpgrade } from './upgrade-router.ts';

/** An accepted upgrade. */
export interface GateAccept {
  readonly handshake: AcceptedHandshake;
  readonly answer: AcceptUpgrade | undefined;
}

/** Hears how an upgrade was judged, once. */
export type GateVerdict = (accepted: GateAccept) => void;

/** Judges the upgrades of one server. */
export class UpgradeGate {
  readonly #settings: ServeSettings;
  readonly #loop: EventLoop;
  readonly #addresses: AddressLimits;
  readonly #traffic: Traffic;
  readonly #pending = new Set<AbortController>();
  #isOpen = true;

  constructor(settings: ServeSettings, loop: EventLoop, addresses: AddressLimits, traffic: Traffic) {
    this.#addresses = addresses;
    this.#traffic = traffic;
    this.#settings = settings;
    this.#loop = loop;
  }

  /** Upgrades that wait for the user's decision. */
  get pending(): number {
    return this.#pending.size;
  }

  /** From now on every upgrade is answered with 503, those that wait too. */
  close(): void {
    this.#isOpen = false;
    for (const controller of this.#pending) controller.abort();
  }

  /** Judges an upgrade and refuses it, or tells `accept`. @param connections how many there are */
  judge(upgrade: RoutedUpgrade, connections: number, accept: GateVerdict): void {
    const { attempt } = upgrade;
    const verdict = this.#judgeAtOnce(upgrade, connections);
    if (!verdict.ok) {
      this.#refuse(upgrade, verdict.status, verdict.reason, verdict.headers);
      return;
    }
    if (this.#settings.onUpgrade === undefined && headerOf(attempt.headers, 'origin') === undefined) {
      accept({ handshake: verdict, answer: undefined });
      return;
    }
    this.#ask(upgrade, verdict, accept);
  }

  #judgeAtOnce({ attempt }: RoutedUpgrade, connections: number): AcceptedHandshake | RefusedHandshake {
    const { remoteAddress } = attempt;
    const { connection, maxConnections, maxPendingUpgrades, subprotocols } = this.#settings;
    if (!this.#isOpen) return goingAway();
    if (!this.#addresses.allowsUpgrade(remoteAddress, this.#loop.time())) {
      return refuse(429, 'Too many connections from this address.', [['Retry-After', '1']]);
    }
    const verdict = judgeRequest(attempt, subprotocols, sha1Base64, connection.deflate);
    if (!verdict.ok) return verdict;
    if (connections + this.pending >= maxConnections) {
      return refuse(503, 'The server has as many connections as it may.', [['Retry-After', '1']]);
    }
    if (!this.#addresses.hasRoom(remoteAddress)) {
      return refuse(429, 'This address has as many connections as it may.', [['Retry-After', '1']]);
    }
    if (this.pending >= maxPendingUpgrades) {
      return refuse(503, 'Too many connections are being judged.', [['Retry-After', '1']]);
    }
    return verdict;
  }

  #refuse(
    { attempt, pathAndQuery }: RoutedUpgrade,
    status: number,
    reason: string,
    headers: RefusedHandshake['headers'],
    body?: string | Uint8Array,
  ): void {
    this.#traffic.refuse(status, pathAndQuery, attempt.remoteAddress);
    attempt.refuse(status, reason, headers, body);
  }

  /** Asks the user's functions, at once where they answer at once, and answers the client however they end. */
  #ask(upgrade: RoutedUpgrade, verdict: AcceptedHandshake, accept: GateVerdict): void {
    const { attempt } = upgrade;
    const controller = new AbortController();
    this.#pending.add(controller);
    let isOver = false;
    const settle = (act: () => void): void => {
      if (isOver) return;
      isOver = true;
      timer?.cancel();
      this.#pending.delete(controller);
      act();
      controller.abort();
    };
    const turnAway = ({ status, reason, headers }: RefusedHandshake): void =>
      settle(() => this.#refuse(upgrade, status, reason, headers));
    const { handshakeTimeoutMs, onError } = this.#settings;
    const timer =
      handshakeTimeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : this.#loop.callLater(handshakeTimeoutMs, () => turnAway(refuse(503, 'The server took too long.')));
    attempt.onGone(() => settle(() => {}));
    controller.signal.addEventListener('abort', () => turnAway(goingAway()));
    const failed = (error: unknown): void => {
      if (!isOver) onError(error);
      turnAway(refuse(500, 'The server failed.'));
    };
    const answered = (answer: UpgradeAnswer): void =>
      settle(() => this.#conclude(upgrade, verdict, answer, accept));
    try {
      const answer = this.#askUser(upgrade, controller.signal);
      if (isThenable(answer)) answer.then(answered, failed);
      else answered(answer);
    } catch (error) {
      failed(error);
    }
  }

  #askUser(upgrade: RoutedUpgrade, signal: AbortSignal): UpgradeAnswer | PromiseLike<UpgradeAnswer> {
    const { attempt, host, pathAndQuery } = upgrade;
    const { isOriginAllowed, onUpgrade } = this.#settings;
    const origin = headerOf(attempt.headers, 'origin');
    const next = (): UpgradeAnswer | PromiseLike<UpgradeAnswer> =>
      onUpgrade?.({
        url: pathAndQuery,
        headers: attempt.headers,
        origin,
        remoteAddress: attempt.remoteAddress,
        subprotocols: splitList(headerOf(attempt.headers, 'sec-websocket-protocol')),
        signal,
      });
    if (origin === undefined) return next();
    const isAllowed = isOriginAllowed(origin, host);
    // Only true counts: a promise, or anything else somebody gave by mistake, lets nobody in.
    if (isThenable(isAllowed)) return isAllowed.then((allowed) => (allowed === true ? next() : FORBIDDEN));
    return isAllowed === true ? next() : FORBIDDEN;
  }

  #conclude(
    upgrade: RoutedUpgrade,
    verdict: AcceptedHandshake,
    answer: UpgradeAnswer,
    accept: GateVerdict,
  ): void {
    try {
      if (!this.#isOpen) {
        const { status, reason, headers } = goingAway();
        this.#refuse(upgrade, status, reason, headers);
        return;
      }
      const refusal = refusalOf(answer);
      if (refusal === undefined) {
        accept(accepted(verdict, answer as AcceptUpgrade | undefined));
        return;
      }
      this.#refuse(
        upgrade,
        refusal.refuse,
        'The connection was refused.',
        fieldsOf(refusal.headers),
        refusal.body,
      );
    } catch (error) {
      this.#settings.onError(error);
      this.#refuse(upgrade, 500, 'The server failed.', []);
    }
  }
}

const FORBIDDEN: RefuseUpgrade = Object.freeze({
  refuse: 403,
  body: 'Pages of this origin may not connect (see the origins option).\n',
});

function goingAway(): RefusedHandshake {
  return refuse(503, 'The server is going away.', [['Retry-After', '1']]);
}

/** @throws SocketInputError for an answer that is none */
function refusalOf(answer: UpgradeAnswer): RefuseUpgrade | undefined {
  if (answer === undefined) return undefined;
  if (typeof answer !== 'object' || answer === null) throw badAnswer(`a ${typeof answer}`);
  if (!('refuse' in answer)) {
    if (answer.accept === undefined || answer.accept === true) return undefined;
    throw badAnswer(`accept: ${String(answer.accept)}`);
  }
  const { refuse: status } = answer;
  if (Number.isInteger(status) && status >= 300 && status <= 599) return answer;
  throw badAnswer(`refuse: ${String(status)}`);
}

function badAnswer(got: string): SocketInputError {
  return new SocketInputError(
    `onUpgrade gives { accept: true, data } or { refuse: a status from 300 to 599, headers, body }; got ${got}.`,
  );
}

function accepted(verdict: AcceptedHandshake, answer: AcceptUpgrade | undefined): GateAccept {
  if (answer?.expiresInMs !== undefined) checkDuration('onUpgrade: expiresInMs', answer.expiresInMs);
  const added = fieldsOf(answer?.headers);
  const subprotocol = answer?.subprotocol;
  if (subprotocol === undefined) {
    return { handshake: { ...verdict, headers: [...verdict.headers, ...added] }, answer };
  }
  if (!verdict.offered.includes(subprotocol)) {
    throw new SocketInputError(`onUpgrade chose the subprotocol "${subprotocol}", which was not offered.`);
  }
  const kept = verdict.headers.filter(([name]) => name !== 'Sec-WebSocket-Protocol');
  const headers = [...kept, ['Sec-WebSocket-Protocol', subprotocol] as const, ...added];
  return { handshake: { ...verdict, subprotocol, headers }, answer };
}

/** @throws SocketInputError for a name or value that would break the answer apart */
function fieldsOf(
  headers: Readonly<Record<string, string>> | undefined,
): readonly (readonly [string, string])[] {
  const fields = Object.entries(headers ?? {});
  for (const [name, value] of fields) {
    if (
      !isToken(name) ||
      OWN_FIELDS.has(name.toLowerCase()) ||
      typeof value !== 'string' ||
      !isFieldValue(value)
    ) {
      throw new SocketInputError(`onUpgrade: the header ${JSON.stringify(name)} cannot be sent.`);
    }
  }
  return fields;
}

/** What the answer says by itself. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'upgrade',
  'sec-websocket-extensions',
  'content-length',
  'transfer-encoding',
]);

/** RFC 9110 §5.5: visible characters, spaces and tabs. */
function isFieldValue(value: string): boolean {
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
