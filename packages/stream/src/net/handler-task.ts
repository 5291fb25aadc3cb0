/** Runs a connection's handler as a task, and draws the conclusion from its end: what becomes of the connection. */
import { type Coroutine, createTask, type EventLoop, type Task } from '@oxbow/loop';
import type { NetConnection } from './connection.ts';
import { NetError } from './net-error.ts';

/** What a server calls for each connection: an async function, a generator function or a plain one. */
export type ConnectionHandler = (
  connection: NetConnection,
  // biome-ignore lint/suspicious/noConfusingVoidType: a plain function may return nothing.
) => PromiseLike<unknown> | Coroutine<unknown> | void;

/** What a handler's task needs to know. */
export interface HandlerTaskParts {
  readonly handler: ConnectionHandler;
  readonly connection: NetConnection;
  readonly loop: EventLoop;
  readonly onError: (error: unknown) => void;
  readonly onStart: (task: Task<unknown>) => void;
}

/** Starts the handler on the next turn of the loop. */
export function startHandler(parts: HandlerTaskParts): void {
  parts.loop.callSoon(() => {
    const { handler, connection } = parts;
    let ownsConnection = false;
    const start = (): unknown => {
      const result = handler(connection);
      ownsConnection = result !== undefined;
      return result;
    };
    const task: Task<unknown> = createTask(start as () => Promise<unknown>, { name: 'connection handler' });
    parts.onStart(task);
    task.addDoneCallback(() => conclude(parts, task, ownsConnection));
  });
}

function conclude(parts: HandlerTaskParts, task: Task<unknown>, ownsConnection: boolean): void {
  const { connection, onError } = parts;
  const error = task.cancelled ? undefined : task.exception();
  if (error === undefined) {
    if (ownsConnection || task.cancelled) void connection.close();
    return;
  }
  // A handler that is told of its own connection's end, and lets it pass, has done nothing wrong.
  if (!(error instanceof NetError) || connection.isOpen) onError(error);
  connection.abort(error);
}
