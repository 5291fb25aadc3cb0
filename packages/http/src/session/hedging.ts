/**
 * Two attempts at one request at once: when the first has no answer in time, a second goes out, and the first good answer of the two
 * counts. The file resilience/hedge.ts decides when a hedge is due, and the budget whether it may go.
 */
import type { Coroutine, Future } from '@oxbow/loop';
import type { OriginSafeguards } from '../resilience/safeguards.ts';
import type { Deadlines } from './deadlines.ts';
import type { Hop } from './hop.ts';
import type { RequestPlan } from './request-options.ts';
import type { Sending } from './sending.ts';

/** Methods that change nothing (RFC 9110 §9.2.1): twice is as good as once. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What the race needs of its exchange. */
export interface RaceGround {
  /** What is set with the next report of a sending. */
  next(): Future<void>;
  /** A sending more of the same hop, not started yet. */
  send(): Sending;
}

/** Of one sending. */
export class Hedging {
  readonly #origin: OriginSafeguards;
  readonly #plan: RequestPlan;
  readonly #hop: Hop;
  readonly #deadlines: Deadlines;

  constructor(origin: OriginSafeguards, plan: RequestPlan, hop: Hop, deadlines: Deadlines) {
    this.#origin = origin;
    this.#plan = plan;
    this.#hop = hop;
    this.#deadlines = deadlines;
  }

  /** Waits for the head of the answer of one of them, or the failure of all; the other is given up. */
  *race(first: Sending, report: Future<void>, ground: RaceGround): Coroutine<Sending> {
    const { loop } = this.#deadlines;
    this.#origin.hedges?.onRequest(loop.time());
    const sendings = [first];
    const afterMs = this.#delayMs();
    const timer =
      afterMs === undefined
        ? undefined
        : loop.callLater(afterMs, () => {
            const hedge = this.#hedge(first, ground);
            if (hedge !== undefined) sendings.push(hedge);
          });
    try {
      for (let next = report; ; next = ground.next()) {
        yield* next;
        const winner = winnerOf(sendings);
        if (winner === undefined) continue;
        for (const other of sendings) if (other !== winner) giveUp(other);
        if (winner.incoming !== undefined) this.#origin.latencies?.add(winner.waitedMs);
        return winner;
      }
    } finally {
      timer?.cancel();
    }
  }

  #delayMs(): number | undefined {
    if (!SAFE.has(this.#hop.method) || this.#hop.upload !== undefined) return undefined;
    const { afterMs } = this.#plan.hedge ?? {};
    if (afterMs !== undefined) return afterMs;
    const quantileMs = this.#origin.latencies?.quantileMs;
    // Later than the quantile, not at it: an origin whose answers all take as long would have each of them hedged.
    return quantileMs === undefined ? undefined : quantileMs + 1;
  }

  #hedge(first: Sending, ground: RaceGround): Sending | undefined {
    // In the queue still: a second one would only wait behind it.
    if (!first.isSent || isSettled(first)) return undefined;
    if (this.#origin.hedges?.spend(this.#deadlines.loop.time()) !== true) return undefined;
    const hedge = ground.send();
    try {
      hedge.start();
    } catch (error) {
      // The queue is full: the first one goes on alone.
      hedge.error = error as Error;
    }
    return hedge;
  }
}

function isSettled(sending: Sending): boolean {
  return sending.incoming !== undefined || sending.error !== undefined;
}

/** The first good answer; when there will be none, the last of what came, an answer before a failure. */
function winnerOf(sendings: readonly Sending[]): Sending | undefined {
  const good = sendings.find((one) => one.incoming !== undefined && one.status < 500);
  if (good !== undefined) return good;
  if (!sendings.every(isSettled)) return undefined;
  return sendings.findLast((one) => one.incoming !== undefined) ?? sendings[0];
}

function giveUp(sending: Sending): void {
  if (sending.incoming === undefined) sending.abandon();
  else sending.incoming.discard();
}
