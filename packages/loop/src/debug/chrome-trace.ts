/**
 * Writes a trace as the JSON that chrome://tracing and Perfetto open: a row for each task, with its steps and
 * its waits. The format: "Trace Event Format" (Chromium), complete events (X), flow events (s, f), instants
 * (i), metadata (M).
 */

import { NOTHING_RECORDED, type Recording, type TraceEvent } from './trace-events.ts';

interface ChromeEvent {
  readonly ph: 'X' | 'i' | 's' | 'f' | 'M';
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: 'e';
  readonly s?: 't';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** One process in the viewer: the loop. */
const LOOP_PID = 1;

/** The JSON text of a recording. */
export function chromeTrace(recording: Recording): string {
  const { events, names, dropped } = recording;
  const startMs = events[0]?.atMs ?? 0;
  const timeOf = (event: TraceEvent): number => Math.round((event.atMs - startMs) * 1e6) / 1e3;
  const traceEvents: ChromeEvent[] = [
    metadata('process_name', 0, 'loop'),
    metadata('thread_name', 0, 'callbacks'),
  ];
  for (const [number, name] of names) traceEvents.push(metadata('thread_name', number, name));

  const steps = new Map<number, TraceEvent>();
  const waits = new Map<number, TraceEvent>();
  const readies = new Map<number, TraceEvent>();
  const close = (
    open: Map<number, TraceEvent>,
    end: TraceEvent,
    cat: string,
    name: string,
    args?: Readonly<Record<string, unknown>>,
  ): void => {
    const begin = open.get(end.task);
    if (begin === undefined) return;
    open.delete(end.task);
    const ts = timeOf(begin);
    const span = { ph: 'X', cat, name, pid: LOOP_PID, tid: end.task, ts, dur: timeOf(end) - ts } as const;
    traceEvents.push(args === undefined ? span : { ...span, args });
  };
  for (const event of events) {
    const at = { pid: LOOP_PID, tid: event.task, ts: timeOf(event) };
    const flow = { cat: 'created', name: 'created', id: event.task };
    if (event.kind === 'created') {
      if (event.parent !== undefined) traceEvents.push({ ph: 's', ...flow, ...at, tid: event.parent });
    } else if (event.kind === 'wait') waits.set(event.task, event);
    else {
      const waited = waits.get(event.task);
      close(waits, event, 'wait', `wait: ${waited?.what}`, { outside: waited?.outside === true });
      if (event.kind === 'ready') readies.set(event.task, event);
      else close(readies, event, 'ready', 'ready');
      if (event.kind === 'begin') {
        steps.set(event.task, event);
        if (event.what === undefined && event.task !== 0)
          traceEvents.push({ ph: 'f', bp: 'e', ...flow, ...at });
      } else if (event.kind === 'end')
        close(steps, event, 'step', stepName(steps.get(event.task), event.task));
      else if (event.kind === 'done')
        traceEvents.push({ ph: 'i', s: 't', cat: 'task', name: event.what ?? 'done', ...at });
    }
  }
  const otherData = { droppedEvents: dropped, ...(events.length === 0 && { note: NOTHING_RECORDED }) };
  return JSON.stringify({ displayTimeUnit: 'ms', otherData, traceEvents });
}

function stepName(begin: TraceEvent | undefined, task: number): string {
  if (task === 0) return 'callback';
  return begin?.what === undefined ? 'start' : `after ${begin.what}`;
}

function metadata(name: string, tid: number, value: string): ChromeEvent {
  return { ph: 'M', name, pid: LOOP_PID, tid, args: { name: value } };
}
