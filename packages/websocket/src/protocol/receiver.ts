/**
 * The receiving half of an endpoint: chunks in, events out, with a stop button. When the owner cannot take another
 * message, the rest of the chunk waits here unparsed, so that one chunk full of tiny messages cannot flood it.
 */
import { ProtocolViolation } from './errors.ts';
import type { ReceiveEvents } from './events.ts';
import { FrameParser } from './frame-parser.ts';
import type { MessageLimits } from './limits.ts';
import { MessageAssembler, type Role } from './message-assembler.ts';
import type { Inflater } from './permessage-deflate.ts';
import type { TextCodec } from './text-codec.ts';

/** What a chunk costs to hold beside its bytes: a peer may send one byte at a time. */
const CHUNK_COST_BYTES = 256;

/** Reads one peer's bytes. */
export class Receiver implements ReceiveEvents {
  #events: ReceiveEvents;
  readonly #assembler: MessageAssembler;
  readonly #parser: FrameParser;
  /** Chunks that came while stopped; the first is parsed from `#restAt` on. */
  readonly #rest: Uint8Array[] = [];
  #restAt = 0;
  /** What the chunks in `#rest` cost to hold, together. */
  #restCost = 0;
  #parsing = false;
  #stopped = false;
  #finished = false;

  /** @param inflater where permessage-deflate was agreed on */
  constructor(
    role: Role,
    limits: MessageLimits,
    text: TextCodec,
    events: ReceiveEvents,
    inflater?: Inflater,
  ) {
    this.#events = events;
    this.#assembler = new MessageAssembler(role, limits, text, this, inflater);
    this.#parser = new FrameParser(this.#assembler);
  }

  /** Whether bytes wait for `resume()`. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether it holds nothing of its peer: no frame or message has begun, nothing waits, and it may go on. */
  get isIdle(): boolean {
    if (this.#parsing || this.#stopped || this.#finished || this.#rest.length > 0) return false;
    return this.#parser.isIdle && this.#assembler.isIdle;
  }

  /** Reads another peer's bytes from now on. Only while it is idle. @param inflater that peer's */
  serve(events: ReceiveEvents, inflater: Inflater | undefined): void {
    this.#events = events;
    this.#assembler.inflater = inflater;
  }

  /** About what holding the unparsed bytes costs: those bytes, and something for each chunk, however small. */
  get waitingBytes(): number {
    return this.#restCost - this.#restAt;
  }

  /**
   * Takes the next bytes and tells what is in them. After a Close frame or a violation they are ignored (§5.5.1).
   *
   * @param bytes they are changed in place, and kept until `resume()` where need be
   * @param isLent whether the memory is somebody else's again when the call returns; what lasts is copied then
   */
  receive(bytes: Uint8Array, isLent = false): void {
    if (this.#finished || bytes.length === 0) return;
    if (this.#stopped || this.#parsing) {
      this.#rest.push(isLent ? new Uint8Array(bytes) : bytes);
      this.#restCost += bytes.length + CHUNK_COST_BYTES;
      return;
    }
    const at = this.#parse(bytes, 0, isLent);
    if (at < bytes.length && !this.#finished) {
      const rest = isLent ? new Uint8Array(bytes.subarray(at)) : bytes;
      this.#rest.unshift(rest);
      this.#restAt = isLent ? 0 : at;
      this.#restCost += rest.length + CHUNK_COST_BYTES;
    }
    this.#run();
  }

  /** Stops behind the current frame; what comes is kept until `resume()`. May be called during an event. */
  stop(): void {
    this.#stopped = true;
    this.#parser.stop();
  }

  /** Goes on with what waits. May be called during an event. */
  resume(): void {
    this.#stopped = false;
    if (!this.#parsing && !this.#finished) this.#run();
  }

  /** Drops everything that waits and ignores what comes. */
  finish(): void {
    this.#finished = true;
    this.#parser.stop();
    this.#rest.length = 0;
    this.#restAt = 0;
    this.#restCost = 0;
    this.#assembler.clear();
  }

  message(data: string | Uint8Array): void {
    this.#events.message(data);
  }

  ping(payload: Uint8Array): void {
    this.#events.ping(payload);
  }

  pong(payload: Uint8Array): void {
    this.#events.pong(payload);
  }

  close(code: number | undefined, reason: string): void {
    // §5.5.1: nothing that follows a Close frame counts.
    this.finish();
    this.#events.close(code, reason);
  }

  violation(error: ProtocolViolation): void {
    this.finish();
    this.#events.violation(error);
  }

  /** Parses what waits. */
  #run(): void {
    while (this.#rest.length > 0 && !this.#stopped && !this.#finished) {
      const chunk = this.#rest[0]!;
      const at = this.#parse(chunk, this.#restAt, false);
      if (this.#finished) return;
      const isDone = at === chunk.length;
      if (isDone) {
        this.#rest.shift();
        this.#restCost -= chunk.length + CHUNK_COST_BYTES;
      }
      this.#restAt = isDone ? 0 : at;
    }
  }

  /** @returns the offset of the first byte that was not taken: the end, unless stopped or finished */
  #parse(bytes: Uint8Array, start: number, isLent: boolean): number {
    this.#parsing = true;
    this.#assembler.isLent = isLent;
    let at = start;
    try {
      // A stop that was taken back while an event was told leaves the parser short of the end.
      do at = this.#parser.parse(bytes, at);
      while (at < bytes.length && !this.#stopped && !this.#finished);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.violation(error);
    } finally {
      this.#parsing = false;
    }
    return at;
  }
}
