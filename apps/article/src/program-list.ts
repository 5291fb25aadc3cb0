/** The programs of the article, in the order in which it is read. */

/** One program. */
export interface Program {
  /** Its file in `programs/`, without the ending. */
  readonly name: string;
  /** What one sees when it runs, in a few words. */
  readonly about: string;
  /** Whether it runs until Ctrl-C. */
  readonly serves?: boolean;
}

/** Every program, first things first. */
export const PROGRAMS: readonly Program[] = [
  { name: 'hello', about: 'a task runs while another waits' },
  { name: 'gather', about: 'several URLs at once through one session' },
  { name: 'event-loop', about: 'what the event loop did, as a sequence diagram' },
  { name: 'throughput', about: 'N requests in turn and together, measured' },
  { name: 'tcp', about: 'a line server and its client over TCP' },
  { name: 'web-server', about: 'a thousand slow requests in one process, blocking and not' },
  { name: 'echo', about: 'a WebSocket server that says back what it is told', serves: true },
  { name: 'crawler', about: 'scheduler, workers, pipeline in forty lines' },
  { name: 'blocking', about: 'work that freezes the loop, and the same in a thread and a process' },
  { name: 'debug', about: 'debug mode names the task that holds the loop' },
  { name: 'fast-loop', about: 'the same program on the default and on the fast loop' },
  { name: 'coroutines', about: 'what async/await is made of: an event loop in thirty lines' },
  { name: 'models', about: 'threads, processes and async compared and combined' },
  { name: 'backpressure', about: 'a slow reader holds back a fast socket' },
  { name: 'cancel', about: 'five ways to say stop, one act' },
  { name: 'chat', about: 'the core of a chat room in fifty lines' },
];

/** The file of a program, or what belongs to it under another ending. */
export function programFile(name: string, ending: 'ts' | 'txt' | 'md'): URL {
  return new URL(`../programs/${name}.${ending}`, import.meta.url);
}
