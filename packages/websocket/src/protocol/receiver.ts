/**
 * The receiving half of an endpoint: chunks in, events out, with a stop button. When the owner cannot take another
 * message, the rest of the chunk waits here unparsed, so that one chunk full of tiny messages cannot flood it.
 */
import { ProtocolViolation } from './errors.ts';
import type { ReceiveEvents } from './events.ts';
import { FrameParser } from './frame-parser.ts';
import type { MessageLimits } from './limits.ts';
import { MessageAssembler, type Role } from './message-assembler.ts';
import type { TextCodec } from './text-codec.ts';

/** Reads one peer's bytes. */
export class Receiver implements ReceiveEvents {
  readonly #events: ReceiveEvents;
  readonly #assembler: MessageAssembler;
  readonly #parser: FrameParser;
  /** Chunks that came while stopped; the first is parsed from `#restAt` on. */
  readonly #rest: Uint8Array[] = [];
  #restAt = 0;
  #parsing = false;
  #stopped = false;
  #finished = false;

  constructor(role: Role, limits: MessageLimits, text: TextCodec, events: ReceiveEvents) {
    this.#events = events;
    this.#assembler = new MessageAssembler(role, limits, text, this);
    this.#parser = new FrameParser(this.#assembler);
  }

  /** Whether bytes wait for `resume()`. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Bytes that wait unparsed. */
  get waitingBytes(): number {
    let bytes = -this.#restAt;
    for (const chunk of this.#rest) bytes += chunk.length;
    return bytes;
  }

  /**
   * Takes the next bytes and tells what is in them. After a Close frame or a violation they are ignored (§5.5.1).
   *
   * @param bytes handed over: they are changed in place and may be kept until `resume()`
   */
  receive(bytes: Uint8Array): void {
    if (this.#finished || bytes.length === 0) return;
    this.#rest.push(bytes);
    if (!this.#stopped) this.#run();
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

  #run(): void {
    this.#parsing = true;
    try {
      while (this.#rest.length > 0 && !this.#stopped && !this.#finished) this.#runFirst();
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.violation(error);
    } finally {
      this.#parsing = false;
    }
  }

  #runFirst(): void {
    const chunk = this.#rest[0]!;
    const at = this.#parser.parse(chunk, this.#restAt);
    if (this.#finished) return;
    if (at < chunk.length) {
      this.#restAt = at;
    } else {
      this.#rest.shift();
      this.#restAt = 0;
    }
  }
}
