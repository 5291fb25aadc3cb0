/**
 * Runs a connection's handler as a task and draws the conclusion from its end: what it means for the socket that its
 * handler returned, failed or was cancelled. The connection's end means something for the handler in turn.
 */
import { type Coroutine, createTask, type EventLoop, type Task } from '@oxbow/loop';
import { abandonTask } from '@oxbow/loop/lowlevel';
import { ConnectionClosedError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { Socket } from '../socket/socket.ts';
import type { SocketControl } from '../socket/socket-parts.ts';

/** What `serve` calls for each connection: an async function, a generator function or a plain one. */
// biome-ignore lint/suspicious/noExplicitAny: callers that name the type of `data` have it checked; the others need not.
export type SocketHandler<Data = any> = (
  socket: Socket<Data>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a plain function may return nothing.
) => PromiseLike<unknown> | Coroutine<unknown> | void;

/** What a handler's task needs to know of its connection. */
export interface HandlerTaskParts {
  readonly handler: SocketHandler;
  readonly socket: Socket;
  readonly control: SocketControl;
  readonly loop: EventLoop;
  /** Whether the socket follows a topic. */
  readonly isFollowing: boolean;
  onError(error: unknown): void;
  /** Told when the handler has ended. */
  onHandled(): void;
}

/** One connection's handler. */
export class HandlerTask {
  readonly #parts: HandlerTaskParts;
  #task: Task<unknown> | undefined;
  #ownsSocket = false;
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
      if (!this.isDone) this.cancel('the connection ended');
    });
  }

  /** Counts a handler that does not end as ended: what it waits for knows no cancellation. */
  giveUp(): void {
    if (this.#task !== undefined) abandonTask(this.#task);
  }

  #start(): void {
    const start = (): unknown => {
      const { handler, socket } = this.#parts;
      const result = handler(socket);
      this.#ownsSocket = result !== undefined;
      return result;
    };
    this.#task = createTask(start as () => Promise<unknown>, { name: 'websocket handler' });
    this.#task.addDoneCallback((task) => {
      // A handler that has subscribed and returned leaves nothing behind.
      this.#task = undefined;
      this.#isDone = true;
      this.#conclude(task);
      this.#parts.onHandled();
    });
  }

  #conclude(task: Task<unknown>): void {
    const { socket, control } = this.#parts;
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
      if (!(error instanceof ConnectionClosedError) || wasOpen) this.#parts.onError(error);
    } else if (this.#ownsSocket) {
      if (!socket.isRead && !this.#parts.isFollowing) closeIfOpen(socket, CloseCode.NORMAL);
      else if (!socket.isRead) control.discardMessages();
    }
  }
}

function closeIfOpen(socket: Socket, code: number): void {
  if (socket.isOpen) void socket.close(code);
}
