/**
 * Finished frames that leave in one write. Connections that have the same frames to send, as the followers of a topic do,
 * have the same run: its bytes are put together once, however many write them.
 */

/** Some frames in a row. What it is made of must never change. */
export class FrameRun {
  readonly bytes: number;
  readonly #before: FrameRun | undefined;
  readonly #frame: Uint8Array | undefined;
  #joined: Uint8Array | undefined;
  /** The run that was made of this one last: all that append the same frame get the same run. */
  #next: FrameRun | undefined;

  private constructor(before: FrameRun | undefined, frame: Uint8Array | undefined) {
    this.#before = before;
    this.#frame = frame;
    this.bytes = (before?.bytes ?? 0) + (frame?.length ?? 0);
  }

  /** A run of no frames, with which all begin; it remembers the frames of one run, which are at most a page. */
  static empty(): FrameRun {
    return new FrameRun(undefined, undefined);
  }

  /** The same frames and one more. */
  with(frame: Uint8Array): FrameRun {
    if (this.#next === undefined || this.#next.#frame !== frame) this.#next = new FrameRun(this, frame);
    return this.#next;
  }

  /** All of its bytes side by side. */
  joined(): Uint8Array {
    this.#joined ??= this.#join();
    return this.#joined;
  }

  #join(): Uint8Array {
    if (this.bytes === this.#frame?.length) return this.#frame;
    const joined = new Uint8Array(this.bytes);
    let run: FrameRun | undefined = this;
    while (run !== undefined) {
      const frame: Uint8Array | undefined = run.#frame;
      if (frame !== undefined) joined.set(frame, run.bytes - frame.length);
      run = run.#before;
    }
    return joined;
  }
}
