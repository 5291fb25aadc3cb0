/**
 * The closing handshake (RFC 6455 §7.1) as a table: who has sent a Close frame, and what that leaves to do. The
 * states follow §7.1.3 (CLOSING) and §7.1.4 (CLOSED); what is told to the user is §7.1.5 and §7.1.6.
 */
import { CloseCode } from './close-code.ts';

/** How far the closing is. */
export type CloseState = 'open' | 'close-sent' | 'close-received' | 'both-closed' | 'failed' | 'gone';

/** What can happen to it. */
export type CloseStep = 'send' | 'receive' | 'fail' | 'lose';

/** From each state, where each step leads; a step that is missing changes nothing. */
export const CLOSE_TRANSITIONS: Readonly<
  Record<CloseState, Readonly<Partial<Record<CloseStep, CloseState>>>>
> = Object.freeze({
  open: { send: 'close-sent', receive: 'close-received', fail: 'failed', lose: 'gone' },
  'close-sent': { receive: 'both-closed', fail: 'failed', lose: 'gone' },
  'close-received': { send: 'both-closed', lose: 'gone' },
  'both-closed': { lose: 'gone' },
  failed: { lose: 'gone' },
  gone: {},
});

/** How a connection ended. */
export interface CloseInfo {
  /**
   * The code of the peer's Close frame (1005 when it had none), the code this side failed the connection with, or
   * 1006 when the connection went away without a Close frame.
   */
  readonly code: number;
  /** The reason beside the code; often empty. */
  readonly reason: string;
  /** Whether Close frames went both ways before the connection ended. */
  readonly wasClean: boolean;
  /** Who closed or failed first; 'network' when nobody said a word. */
  readonly initiator: 'local' | 'remote' | 'network';
  /** Why this side failed the connection, or what the network reported. */
  readonly error?: unknown;
}

/** One connection's closing. */
export class CloseHandshake {
  #state: CloseState = 'open';
  #initiator: CloseInfo['initiator'] = 'network';
  #code: number = CloseCode.ABNORMAL;
  #reason = '';
  #wasClean = false;
  #error: unknown;

  get state(): CloseState {
    return this.#state;
  }

  /** Whether data may still be sent (§5.5.1: not after a Close frame). */
  get maySend(): boolean {
    return this.#state === 'open';
  }

  /** Notes that our Close frame was written. @returns whether it may be: false when one was sent already */
  send(): boolean {
    if (this.#state === 'open') this.#initiator = 'local';
    return this.#step('send');
  }

  /** Notes the peer's Close frame. @returns whether it has to be answered by one */
  receive(code: number | undefined, reason: string): boolean {
    if (this.#state === 'open') this.#initiator = 'remote';
    if (!this.#step('receive')) return false;
    // §7.1.5: the code of the first Close frame received; 1005 stands for none.
    this.#code = code ?? CloseCode.NO_STATUS;
    this.#reason = reason;
    return this.state === 'close-received';
  }

  /**
   * Notes that this side fails the connection (§7.1.7).
   * @returns whether a Close frame with the code may still be sent
   */
  fail(code: number, reason: string, error: unknown): boolean {
    const maySend = this.maySend;
    if (!this.#step('fail')) return false;
    this.#initiator = 'local';
    this.#code = code;
    this.#reason = reason;
    this.#error = error;
    return maySend;
  }

  /** Notes that the transport is gone, which ends everything. @param error what the network reported, if anything */
  lose(error?: unknown): void {
    this.#wasClean = this.#wasClean || this.#state === 'both-closed';
    if (this.#error === undefined && !this.#wasClean) this.#error = error;
    this.#step('lose');
  }

  /** The outcome; final once the state is 'gone'. */
  get info(): CloseInfo {
    const info = {
      code: this.#code,
      reason: this.#reason,
      wasClean: this.#wasClean,
      initiator: this.#initiator,
    };
    return Object.freeze(this.#error === undefined ? info : { ...info, error: this.#error });
  }

  #step(step: CloseStep): boolean {
    const next = CLOSE_TRANSITIONS[this.#state][step];
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }
}
