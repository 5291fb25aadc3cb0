/**
 * Pings that wait for their Pong. Each carries a number of its own; a Pong answers its Ping and all before it, since a
 * peer may answer the latest alone (RFC 6455 §5.5.3).
 */
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import { SlowConsumerError } from '../errors.ts';
import { handled, rejected } from './handled.ts';

/** Pings that may be under way at once. */
export const MAX_PINGS_UNDER_WAY = 1_024;

/** The payload of our pings: their number in four bytes. */
const PING_PAYLOAD_BYTES = 4;

interface PingUnderWay {
  readonly sentAtMs: number;
  readonly settle: Settle<number>;
}

/** The pings of one connection. */
export class Pings {
  readonly #underWay = new Map<number, PingUnderWay>();
  #lastId = 0;

  /**
   * Sends a ping and waits for its answer.
   *
   * @returns the latency in milliseconds; the wait ends with the calling task
   */
  ping(nowMs: number, send: (payload: Uint8Array) => void): Promise<number> {
    if (this.#underWay.size >= MAX_PINGS_UNDER_WAY) {
      const message = `${MAX_PINGS_UNDER_WAY} pings wait for their answer already.`;
      const actual = this.#underWay.size + 1;
      return rejected(
        new SlowConsumerError('ERR_OXBOW_WS_TOO_MANY_PINGS', message, MAX_PINGS_UNDER_WAY, actual),
      );
    }
    return handled(
      bindToTask<number>((settle) => {
        const id = this.#nextId();
        this.#underWay.set(id, { sentAtMs: nowMs, settle });
        send(payloadOf(id));
        return () => {
          this.#underWay.delete(id);
        };
      }),
    );
  }

  /** Settles the ping this pong answers, and those before it; other pongs are ignored (§5.5.3 allows unsolicited ones). @returns its latency in ms */
  pong(payload: Uint8Array, nowMs: number): number | undefined {
    if (payload.length !== PING_PAYLOAD_BYTES) return undefined;
    const id = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    if (!this.#underWay.has(id)) return undefined;
    for (const [other, { sentAtMs, settle }] of this.#underWay) {
      this.#underWay.delete(other);
      settle.resolve(nowMs - sentAtMs);
      if (other === id) return nowMs - sentAtMs;
    }
    return undefined;
  }

  /** Ends all waits with an error. */
  rejectAll(error: unknown): void {
    const waits = [...this.#underWay.values()];
    this.#underWay.clear();
    for (const { settle } of waits) settle.reject(error);
  }

  #nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }
}

function payloadOf(id: number): Uint8Array {
  const payload = new Uint8Array(PING_PAYLOAD_BYTES);
  new DataView(payload.buffer).setUint32(0, id);
  return payload;
}
