/**
 * The AbortSignal of a call in a worker, made when somebody asks for it. It shows a request to stop even
 * while the function holds its thread and no message can arrive.
 */

const abortedOf = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')!.get!;

/** Takes the place of a task's AbortController. */
export class CallSignal implements AbortController {
  readonly #look: () => boolean;
  #controller: AbortController | undefined = undefined;

  /** @param look reads the request from shared memory, and has the task cancelled when there is one */
  constructor(look: () => boolean) {
    this.#look = look;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#watch(this.#controller.signal);
    }
    return this.#controller.signal;
  }

  abort(reason?: unknown): void {
    this.#controller?.abort(reason);
  }

  #watch(signal: AbortSignal): void {
    const look = this.#look;
    Object.defineProperties(signal, {
      aborted: {
        get: () => (abortedOf.call(signal) as boolean) || (look() && (abortedOf.call(signal) as boolean)),
      },
      throwIfAborted: {
        value: () => {
          if (signal.aborted) throw signal.reason;
        },
      },
    });
  }
}
