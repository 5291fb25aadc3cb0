/**
 * A frontier on a server: each call is one script, atomic there. What is held here is little: who waits for news, and which URLs this
 * process has claimed.
 *
 * Claims go one after the other, and so do the calls that change URLs. The store remembers the last of each, so one whose reply was lost
 * can be sent again. Nothing else waits for anything.
 */

import {
  type Claim,
  type ClaimedTarget,
  type ClaimRequest,
  CrawlerOptionError,
  type CrawlTarget,
  type Frontier,
  FrontierError,
  type FrontierOptions,
  type FrontierState,
  type FrontierStatistics,
  LeaseLostError,
  type OfferReport,
  type Settlement,
  type TargetFailure,
  type TargetLookup,
  type TargetState,
} from '@oxbow/crawler';
import { currentLoop } from '@oxbow/loop';
import { ChangeSignal } from '@oxbow/loop/structures';
import type { RedisConnection, RedisReply } from '../connection/redis-commands.ts';
import type { RedisScript } from '../connection/redis-script.ts';
import { limitWords } from './limit-words.ts';
import { CLAIM } from './scripts/claim.ts';
import { EVICT, LEAVE, REAP, RENEW, RETRY_FAILED } from './scripts/keep.ts';
import { LOOKUP, STATISTICS, WORKERS } from './scripts/look.ts';
import { OFFER, SETTLE_NEW, SETTLE_OLD } from './scripts/settle.ts';
import { CONTROL, LIMIT, RULES } from './scripts/steer.ts';
import { checkSettlement, groupWords, type LimitOf, settlementWords } from './settlement-words.ts';
import type { CallKind, StoreLink } from './store-link.ts';
import { type FormedTarget, hostOf, type Mark, type TargetForm, targetOf } from './target-form.ts';

/** Targets of one call: some 60 ms in which the server does nothing else. What is more goes before, in pieces. */
export const MAX_TARGETS_PER_CALL = 5000;
/** Characters of targets in one call. */
export const MAX_TARGET_CHARS_PER_CALL = 1_048_576;
/** How long a frontier that is closed waits for its server, in ms; its leases run out by themselves otherwise. */
const GOODBYE_MS = 2000;

const STATES: readonly FrontierState[] = ['running', 'paused', 'stopping'];

/** What a frontier is made of. */
export interface RedisFrontierParts {
  readonly link: StoreLink;
  readonly connection: RedisConnection;
  /** True when the connection ends with the frontier. */
  readonly ownsConnection: boolean;
  readonly form: TargetForm;
  readonly incarnation: string;
  readonly limitOf: LimitOf;
  /** What a worker says of itself, as JSON. */
  readonly about: string;
  /** The server writes what it holds to a file. */
  readonly isDurable: boolean;
}

/** One worker that claims from a crawl. */
export interface WorkerStatus {
  readonly workerId: string;
  readonly host: string;
  readonly pid: number;
  /** The output it writes; `''` when it writes none. */
  readonly output: string;
  /** Leases it has brought to an end. */
  readonly settled: number;
  /** Milliseconds until it counts as gone, unless it is heard of before. */
  readonly endsInMs: number;
}

/** A crawl's frontier on a Redis or Valkey server, shared by any number of processes. Made by `openRedisFrontier`. */
export class RedisFrontier implements Frontier {
  readonly isDurable: boolean;
  readonly incarnation: string;
  readonly #parts: RedisFrontierParts;
  readonly #news = new ChangeSignal();
  /** Of the URLs this process has claimed and not settled. */
  readonly #claimed = new Map<string, Mark>();
  /** The numbers the store knows this process's workers by. */
  readonly #workers = new Map<string, string>();
  readonly #chains: Record<'c' | 's', Promise<unknown>> = { c: Promise.resolve(), s: Promise.resolve() };
  #limitOf: LimitOf;
  #lastWorkerId = '';
  #lastNonce = 0;
  #closing: Promise<void> | undefined;
  #stopHearing: (() => Promise<void>) | undefined;

  constructor(parts: RedisFrontierParts) {
    this.#parts = parts;
    this.#limitOf = parts.limitOf;
    this.incarnation = parts.incarnation;
    this.isDurable = parts.isDurable;
  }

  /** Begins to hear the news of other processes. @param channel what the scripts publish on */
  async hear(channel: string): Promise<void> {
    const { connection } = this.#parts;
    this.#stopHearing = await connection.subscribe(channel, (message) => {
      const whom = Buffer.from(message).toString();
      const mine = [...this.#workers.values()];
      if (whom === '*' || whom.split(',').some((number) => mine.includes(number))) this.#news.notify();
    });
    // What was said while nobody could hear it is not known.
    connection.onReconnect(() => this.#news.notify());
  }

  async offer(urls: readonly (string | CrawlTarget)[]): Promise<OfferReport> {
    this.#checkOpen();
    const { targets, refused } = this.#formed(urls);
    return this.#offerAll(piecesOf(targets), { accepted: 0, duplicates: 0, refused });
  }

  async claim({ workerId, count, leaseMs }: ClaimRequest): Promise<Claim> {
    atLeast('count', count, 1);
    atLeast('leaseMs', leaseMs, 1);
    const words = [String(Math.floor(count)), String(leaseMs), workerId, this.#parts.about];
    const reply = await this.#change(CLAIM, 'c', words);
    const [, flat, dueInMs, left, state, isFull, number] = reply as [
      string,
      string[],
      string,
      number,
      FrontierState,
      number,
      string,
    ];
    this.#workers.set(workerId, number);
    this.#lastWorkerId = workerId;
    const items: ClaimedTarget[] = [];
    for (let at = 0; at < flat.length; at += 2) {
      const item = targetOf(flat[at]!, flat[at + 1]!);
      this.#claimed.set(item.token, this.#parts.form.mark(item.url));
      items.push(item);
    }
    return {
      items,
      dueInMs: dueInMs === '' ? null : Number(dueInMs),
      drained: left === 0,
      state: isFull === 1 ? 'stopping' : state,
    };
  }

  async settle(settlement: Settlement): Promise<OfferReport> {
    this.#checkOpen();
    checkSettlement(settlement);
    const limitOf = this.#limitOf;
    // What a lease that has ended led to was told when it ended.
    const ending = settlement.results.filter(({ token }) => this.#claimed.has(token));
    const { targets, refused } = this.#formed(ending.flatMap(({ discovered = [] }) => discovered));
    const pieces = piecesOf(targets);
    const last = pieces.pop() ?? [];
    const before = await this.#offerAll(pieces, { accepted: 0, duplicates: 0, refused });
    const words = settlementWords(settlement, this.#lastWorkerId, (token) => this.#markOf(token), limitOf);
    const script = last.length > 0 ? SETTLE_NEW : SETTLE_OLD;
    const reply = await this.#change(script, 's', [...words, ...groupWords(last, limitOf)]);
    if (reply[0] !== 'OK') throw lostLeases(reply, settlement);
    for (const { token } of settlement.results) this.#claimed.delete(token);
    return added(before, reply);
  }

  async renew(tokens: readonly string[], leaseMs: number): Promise<readonly string[]> {
    atLeast('leaseMs', leaseMs, 1);
    const reply = await this.#change(RENEW, '', [String(leaseMs), this.#lastWorkerId, ...tokens]);
    return reply[1] as readonly string[];
  }

  async reap(): Promise<number> {
    let all = 0;
    for (;;) {
      const [, count] = await this.#change(REAP, '', []);
      if (count === 0) return all;
      all += Number(count);
    }
  }

  async retryFailed({ reason }: { readonly reason?: string } = {}): Promise<number> {
    let all = 0;
    let place = '0';
    do {
      const words = [reason === undefined ? '0' : '1', reason ?? '', place];
      const [, count, next] = await this.#change(RETRY_FAILED, 's', words);
      all += Number(count);
      place = String(next);
    } while (place !== '');
    return all;
  }

  async lookup(url: string): Promise<TargetLookup> {
    this.#checkOpen();
    const { form, link } = this.#parts;
    const canonical = form.canonical(url);
    const { bucket, fingerprint } = canonical === undefined ? NOWHERE : form.mark(canonical);
    const host = canonical === undefined ? '' : hostOf(canonical);
    const bodyStart = canonical === undefined ? '' : form.bodyStart(canonical);
    const [, state, dueInMs, delayMs, isFull, failure] = await link.look(LOOKUP, [
      bucket,
      fingerprint,
      host,
      bodyStart,
    ]);
    return {
      state: state as TargetState,
      hostDueInMs: dueInMs === '' ? null : Number(dueInMs),
      hostDelayMs: Number(delayMs),
      hostIsFull: isFull === 1,
      failure: failureOf(failure),
    };
  }

  async statistics(output = ''): Promise<FrontierStatistics> {
    this.#checkOpen();
    const reply = await this.#parts.link.look(STATISTICS, [output]);
    const [, known, queued, leased, done, failed, hosts, counted, state, sequence, checkpoint] = reply;
    const [outputs, sums, perHost] = reply.slice(11) as [
      string[],
      string[],
      [string, number, number, number, string][],
    ];
    return Object.freeze({
      known: Number(known),
      queued: Number(queued),
      leased: Number(leased),
      done: Number(done),
      failed: Number(failed),
      hosts: Number(hosts),
      perHost: Object.freeze(
        perHost.map(([host, all, waits, out, delayMs]) =>
          Object.freeze({ host, known: all, queued: waits, leased: out, delayMs: Number(delayMs) }),
        ),
      ),
      checkpoint: checkpoint === '' ? undefined : JSON.parse(String(checkpoint)),
      sequence: Number(sequence),
      outputs: Object.freeze([...outputs].sort()),
      sums: Object.freeze(pairs(sums)),
      counted: Number(counted),
      state: state as FrontierState,
    });
  }

  /** The workers that claim from this crawl, on all machines. */
  async workers(): Promise<readonly WorkerStatus[]> {
    this.#checkOpen();
    const [, workers] = await this.#parts.link.look(WORKERS, []);
    return (workers as [string, string, string, string][]).map(([, endsInMs, settled, said]) => {
      const [workerId = '', , about = '{}'] = said.split('\n');
      const { host = '', pid = 0, output = '' } = JSON.parse(about) as Partial<WorkerStatus>;
      return {
        workerId,
        host,
        pid,
        output,
        settled: Number(settled),
        endsInMs: Math.max(0, Number(endsInMs)),
      };
    });
  }

  /** Frees what a worker that is known to be dead had, at once. */
  async evict(workerId: string): Promise<void> {
    await this.#change(EVICT, '', [workerId]);
  }

  async changed(signal?: AbortSignal): Promise<void> {
    this.#checkOpen();
    await this.#news.next(signal);
  }

  async control(state: FrontierState): Promise<void> {
    if (!STATES.includes(state))
      throw new CrawlerOptionError(
        'state',
        `state is 'running', 'paused' or 'stopping', not ${String(state)}`,
      );
    await this.#change(CONTROL, '', [state]);
    this.#news.notify();
  }

  /** Sets limits that hold for all workers from now on; those left out stay. Limits of single hosts are taken by hosts not known yet. */
  async limit(options: Omit<FrontierOptions, 'now'>): Promise<void> {
    if (options.maxInFlightOf !== undefined) this.#limitOf = options.maxInFlightOf;
    await this.#change(LIMIT, '', Object.entries(limitWords(options)).flat());
  }

  async rules(update?: unknown): Promise<unknown> {
    const [, rules] = await this.#change(RULES, '', update === undefined ? [] : [JSON.stringify(update)]);
    return rules === '' ? undefined : JSON.parse(String(rules));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const { link, connection, ownsConnection } = this.#parts;
    this.#news.close();
    await Promise.allSettled(Object.values(this.#chains));
    const words = [String(this.#workers.size), ...this.#workers.keys(), ...this.#claimed.keys()];
    link.close();
    // A server that is away frees the leases by itself when they run out.
    if (this.#workers.size > 0) await within(GOODBYE_MS, link.change(LEAVE, '', '', words)).catch(() => {});
    await within(GOODBYE_MS, this.#stopHearing?.()).catch(() => {});
    if (ownsConnection) await connection.close();
  }

  /** Runs a changing script in its turn. */
  async #change(
    script: RedisScript,
    kind: CallKind,
    words: readonly string[],
  ): Promise<readonly RedisReply[]> {
    this.#checkOpen();
    const { link } = this.#parts;
    if (kind === '') return link.change(script, kind, '', words);
    const nonce = String(++this.#lastNonce);
    const turn = this.#chains[kind].then(() => link.change(script, kind, nonce, words));
    this.#chains[kind] = turn.catch(() => {});
    return turn;
  }

  #formed(urls: readonly (string | CrawlTarget)[]): { targets: FormedTarget[]; refused: number } {
    const { form } = this.#parts;
    const targets: FormedTarget[] = [];
    let refused = 0;
    for (const offered of urls) {
      const target = typeof offered === 'string' ? { url: offered } : offered;
      const url = form.canonical(target.url);
      if (url === undefined) refused++;
      else targets.push(form.form(url, target));
    }
    return { targets, refused };
  }

  async #offerAll(pieces: readonly (readonly FormedTarget[])[], report: OfferReport): Promise<OfferReport> {
    let all = report;
    for (const piece of pieces)
      all = added(all, await this.#change(OFFER, 's', groupWords(piece, this.#limitOf)));
    return all;
  }

  /** A token that this process did not claim, or has settled, has no mark: the store knows which of the two it is. */
  #markOf(token: string): Mark {
    return this.#claimed.get(token) ?? NOWHERE;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined)
      throw new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'This frontier is closed');
  }
}

/** Of a URL that is none, and of a token somebody else has: the scripts take it for neither. */
const NOWHERE: Mark = { bucket: '', fingerprint: '' };

/** Targets in as many calls as they need. */
function piecesOf(targets: readonly FormedTarget[]): FormedTarget[][] {
  const pieces: FormedTarget[][] = [];
  let piece: FormedTarget[] = [];
  let chars = 0;
  for (const target of targets) {
    piece.push(target);
    chars += target.body.length;
    if (piece.length < MAX_TARGETS_PER_CALL && chars < MAX_TARGET_CHARS_PER_CALL) continue;
    pieces.push(piece);
    piece = [];
    chars = 0;
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

function added({ accepted, duplicates, refused }: OfferReport, reply: readonly RedisReply[]): OfferReport {
  return {
    accepted: accepted + Number(reply[1]),
    duplicates: duplicates + Number(reply[2]),
    refused: refused + Number(reply[3]),
  };
}

function lostLeases([kind, known, lost]: readonly RedisReply[], { results }: Settlement): LeaseLostError {
  const checkpoint: unknown = known === '' ? undefined : JSON.parse(String(known));
  const tokens = kind === 'LEASE' ? (lost as string[]) : results.map(({ token }) => token);
  return new LeaseLostError(tokens, { checkpoint });
}

function failureOf(kept: RedisReply | undefined): TargetFailure | null {
  if (typeof kept !== 'string' || kept === '') return null;
  const [, reason = '', message = ''] = kept.split('\t');
  return { reason, message };
}

function pairs(flat: readonly string[]): Record<string, number> {
  const values: Record<string, number> = {};
  for (let at = 0; at < flat.length; at += 2) values[flat[at]!] = Number(flat[at + 1]);
  return values;
}

function atLeast(option: string, value: number, least: number): void {
  if (typeof value === 'number' && value >= least) return;
  throw new CrawlerOptionError(option, `${option} is a number of at least ${least}, not ${String(value)}`);
}

/** What `act` comes to, or nothing after so long. */
async function within(ms: number, act: Promise<unknown> | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = currentLoop().callLater(ms, resolve);
    Promise.resolve(act).then(
      () => {
        timer.cancel();
        resolve();
      },
      (error: unknown) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}
