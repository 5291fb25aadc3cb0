/**
 * Several server processes behind one port: this one keeps the rooms, unless a Redis does, and replaces a process that ended. It serves
 * nobody itself, so it has no reason to fall over.
 */
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { currentTask, Queue, sleep, TaskGroup } from '@oxbow/loop';
import { browserOpener, choosePort, EXIT } from '@oxbow/shell';
import { clusterBroker } from '@oxbow/websocket';
import type { LoadFigures } from './chat-message.ts';
import { type ProcessRole, serveChatRoom, TELL_MS } from './chat-room.ts';
import type { ChatCommand } from './command-line.ts';
import { MemberLoad } from './member-load.ts';
import { HISTORY_MESSAGES } from './room-broker.ts';

/** What a process that is asked to end may take before it is killed, in ms. */
const END_MS = 5000;

interface FromPrimary {
  readonly load: LoadFigures;
  readonly end: true;
}

type WorkerNews =
  | { readonly kind: 'ready'; readonly worker: Worker; readonly url: string }
  | { readonly kind: 'ended'; readonly worker: Worker; readonly exitCode: number };

/**
 * Starts the processes and serves until the calling task is cancelled.
 *
 * @returns the exit code of a process that could not start; it has said why
 */
export async function serveFromProcesses(command: ChatCommand): Promise<number> {
  const openPage = browserOpener(command.open);
  const port = await choosePort('chat', command.port);
  const processes = new ServerProcesses({ ...command, port });
  const broker =
    command.broker === undefined ? clusterBroker({ historyMessages: HISTORY_MESSAGES }) : undefined;
  try {
    const url = await processes.start();
    if (typeof url === 'number') return url;
    const load = command.members > 0 ? new MemberLoad(chatUrl(url), command.members) : undefined;
    try {
      process.stdout.write(
        `The chat room is at ${url}, served by ${command.processes} processes (Ctrl-C ends it)\n`,
      );
      openPage?.(url);
      return await processes.keep(() => load?.figures() ?? null);
    } finally {
      await load?.close();
    }
  } finally {
    await processes.close();
    await broker?.close();
  }
}

/** Serves as one of several processes, until the calling task is cancelled. */
export function serveAsOneOf(command: ChatCommand): Promise<never> {
  let figures: LoadFigures | null = null;
  const task = currentTask();
  // The broker talks over the same channel.
  process.on('message', (message: Partial<FromPrimary>) => {
    if (message.load !== undefined) figures = message.load;
    // Ctrl-C at a terminal comes to all processes: this one may be ending already.
    if (message.end === true && task?.cancelling() === 0) task.cancel('the program ends');
  });
  const role: ProcessRole = {
    onReady: (url) => process.send?.({ url }),
    loadFigures: () => figures,
  };
  return serveChatRoom(command, role);
}

class ServerProcesses {
  readonly #command: ChatCommand;
  readonly #news = new Queue<WorkerNews>();
  readonly #running = new Set<Worker>();
  readonly #ready = new Set<Worker>();

  constructor(command: ChatCommand) {
    this.#command = command;
  }

  /** Starts the first process, which finds out whether everything can be had, then the others. @returns the page's URL, or an exit code */
  async start(): Promise<string | number> {
    this.#fork();
    const first = await this.#news.get();
    if (first.kind === 'ended') return first.exitCode;
    this.#ready.add(first.worker);
    for (let more = 1; more < this.#command.processes; more += 1) this.#fork();
    while (this.#ready.size < this.#command.processes) {
      const exitCode = this.#hear(await this.#news.get());
      if (exitCode !== undefined) return exitCode;
    }
    return first.url;
  }

  /** Replaces what ends. @returns the exit code of a process that could not start */
  keep(loadFigures: () => LoadFigures | null): Promise<number> {
    return TaskGroup.run(async (group) => {
      const teller = group.createTask(async () => {
        for (;;) {
          const load = loadFigures();
          if (load !== null) for (const worker of this.#ready) tell(worker, { load });
          await sleep(TELL_MS);
        }
      });
      for (;;) {
        const exitCode = this.#hear(await this.#news.get());
        if (exitCode === undefined) continue;
        teller.cancel();
        return exitCode;
      }
    });
  }

  async close(): Promise<void> {
    const ended = [...this.#running].map((worker) => endOf(worker));
    await Promise.all(ended);
  }

  /** @returns the exit code of a process that could not start */
  #hear(news: WorkerNews): number | undefined {
    if (news.kind === 'ready') {
      this.#ready.add(news.worker);
      return undefined;
    }
    if (!this.#ready.delete(news.worker)) return news.exitCode;
    this.#fork();
    return undefined;
  }

  #fork(): void {
    const exec = fileURLToPath(new URL('./main.ts', import.meta.url));
    cluster.setupPrimary({ exec, args: wordsOf(this.#command) });
    const worker = cluster.fork();
    this.#running.add(worker);
    worker.on('message', ({ url }: { url?: string }) => {
      if (url !== undefined) this.#news.putNoWait({ kind: 'ready', worker, url });
    });
    worker.once('exit', (code: number | null) => {
      this.#running.delete(worker);
      this.#news.putNoWait({ kind: 'ended', worker, exitCode: code ?? EXIT.failed });
    });
  }
}

/** Asks a process to end, and ends it where it does not. */
function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const kill = setTimeout(() => worker.process.kill('SIGKILL'), END_MS);
    worker.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    tell(worker, { end: true });
  });
}

function tell(worker: Worker, message: Partial<FromPrimary>): void {
  if (worker.isConnected()) worker.send(message, () => {});
}

/** The words that a process is started with: without the simulated members, who live here. */
function wordsOf({ processes, broker, port }: ChatCommand): string[] {
  const words = ['--processes', String(processes)];
  if (broker !== undefined) words.push('--broker', broker);
  if (port !== undefined) words.push('--port', String(port));
  return words;
}

function chatUrl(pageUrl: string): string {
  return new URL('/chat', pageUrl.replace(/^http/, 'ws')).href;
}
