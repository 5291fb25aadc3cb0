/**
 * Runs a connection's handler as a task and draws the conclusion from its end: what it means for the socket that its
 * handler returned, failed or was cancelled.
 */
import { type Coroutine, createTask, type EventLoop, type Task } from '@oxbow/loop';
import { ConnectionClosedError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { Socket, SocketControl } from '../socket/socket.ts';

/** What `serve` calls for each connection: an async function, a generator function or a plain one. */
// biome-ignore lint/suspicious/noConfusingVoidType: a plain function may return nothing.
export type SocketHandler = (socket: Socket) => PromiseLike<unknown> | Coroutine<unknown> | void;

/** What a handler's task needs to know. */
export interface HandlerTaskParts {
  readonly handler: SocketHandler;
  readonly socket: Socket;
  readonly control: SocketControl;
  readonly loop: EventLoop;
  /** Whether the socket follows a topic. */
  readonly isFollowing: () => boolean;
  readonly onError: (error: unknown) => void;
  /** Told when the task has started, and when it has ended. */
  readonly onStart: (task: Task<unknown>) => void;
  readonly onEnd: (task: Task<unknown>) => void;
}

/** Starts the handler on the next turn of the loop, outside of every other task. */
export function startHandler(parts: HandlerTaskParts): void {
  parts.loop.callSoon(() => {
    const { handler, socket } = parts;
    let ownsSocket = false;
    const start = (): unknown => {
      const result = handler(socket);
      ownsSocket = result !== undefined;
      return result;
    };
    const task: Task<unknown> = createTask(start as () => Promise<unknown>, { name: 'websocket handler' });
    parts.onStart(task);
    task.addDoneCallback(() => {
      conclude(parts, task, ownsSocket);
      parts.onEnd(task);
    });
  });
}

function conclude(parts: HandlerTaskParts, task: Task<unknown>, ownsSocket: boolean): void {
  const { socket, control, onError } = parts;
  if (task.cancelled) {
    closeIfOpen(socket, CloseCode.GOING_AWAY);
    return;
  }
  const error = task.exception();
  if (error !== undefined) {
    // A handler that is told of its own connection's end and lets it pass has done nothing wrong.
    if (!(error instanceof ConnectionClosedError) || socket.isOpen) onError(error);
    closeIfOpen(socket, CloseCode.INTERNAL_ERROR);
  } else if (ownsSocket) {
    if (!socket.isRead && !parts.isFollowing()) closeIfOpen(socket, CloseCode.NORMAL);
    else if (!socket.isRead) control.discardMessages();
  }
}

function closeIfOpen(socket: Socket, code: number): void {
  if (socket.isOpen) void socket.close(code);
}
