/**
 * Runs a connection's handler as a task and draws the conclusion from its end: what it means for the socket that its
 * handler returned, failed or was cancelled; and from the connection's end: what that means for the handler.
 */
import { type Coroutine, createTask, type EventLoop, type Task } from '@oxbow/loop';
import { ConnectionClosedError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { Socket } from '../socket/socket.ts';
import type { SocketControl } from '../socket/socket-parts.ts';

/** What `serve` calls for each connection: an async function, a generator function or a plain one. */
// biome-ignore lint/suspicious/noExplicitAny: whoever names the type of `data` has it checked; the others need not.
export type SocketHandler<Data = any> = (
  socket: Socket<Data>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a plain function may return nothing.
) => PromiseLike<unknown> | Coroutine<unknown> | void;

/** What a handler's task needs to know. */
export interface HandlerTaskParts {
  readonly handler: SocketHandler;
  readonly socket: Socket;
  readonly control: SocketControl;
  readonly loop: EventLoop;
  /** Whether the socket follows a topic. */
  readonly isFollowing: () => boolean;
  readonly onError: (error: unknown) => void;
  /** Told when the handler has ended. */
  readonly onEnd: (handler: HandlerTask) => void;
}

/** One connection's handler. */
export class HandlerTask {
  readonly #parts: HandlerTaskParts;
  #task: Task<unknown> | undefined;
  #ownsSocket = false;
  #giveUp: (() => void) | undefined;
  #isDone = false;

  /** Starts the handler on the next turn of the loop, outside of every other task. */
  constructor(parts: HandlerTaskParts) {
    this.#parts = parts;
    parts.loop.callSoon(() => this.#start());
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** In words, for messages. */
  get name(): string {
    const { name } = this.#parts.handler;
    return `${name === '' ? 'the handler' : `the handler "${name}"`} of socket ${this.#parts.socket.id}`;
  }

  /** Whether a task is this handler's. */
  isTask(task: Task<unknown> | undefined): boolean {
    return task !== undefined && task === this.#task;
  }

  /** Asks the handler to end. */
  cancel(reason: string): void {
    this.#task?.cancel(reason);
  }

  /**
   * The connection has ended, and nobody was reading it. (A handler that reads the socket sees its stream end and goes on.)
   * One that waits for anything else would wait for nothing: it is cancelled.
   */
  connectionEnded(): void {
    // What the end settles (sends, requests, `closed`) comes first: it says more than a cancellation.
    setImmediate(() => {
      if (!this.#isDone) this.cancel('the connection ended');
    });
  }

  /** Counts a handler that does not end as ended: what it waits for knows no cancellation. */
  giveUp(): void {
    this.#giveUp?.();
  }

  #start(): void {
    const { handler, socket } = this.#parts;
    const start = (): unknown => {
      const result = handler(socket);
      this.#ownsSocket = result !== undefined;
      return isNativePromise(result) ? this.#abandonable(result) : result;
    };
    const task: Task<unknown> = createTask(start as () => Promise<unknown>, { name: 'websocket handler' });
    this.#task = task;
    task.addDoneCallback(() => {
      this.#isDone = true;
      this.#conclude(task);
      this.#parts.onEnd(this);
    });
  }

  #abandonable(result: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#giveUp = () => resolve(undefined);
      result.then(resolve, reject);
    });
  }

  #conclude(task: Task<unknown>): void {
    const { socket, control, onError, isFollowing } = this.#parts;
    if (task.cancelled) {
      closeIfOpen(socket, CloseCode.GOING_AWAY);
      return;
    }
    const error = task.exception();
    if (error !== undefined) {
      const wasOpen = socket.isOpen;
      // Our own clean-up first, whatever the user's function does.
      closeIfOpen(socket, CloseCode.INTERNAL_ERROR);
      // A handler that is told of its own connection's end and lets it pass has done nothing wrong.
      if (!(error instanceof ConnectionClosedError) || wasOpen) onError(error);
    } else if (this.#ownsSocket) {
      if (!socket.isRead && !isFollowing()) closeIfOpen(socket, CloseCode.NORMAL);
      else if (!socket.isRead) control.discardMessages();
    }
  }
}

function closeIfOpen(socket: Socket, code: number): void {
  if (socket.isOpen) void socket.close(code);
}

function isNativePromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
