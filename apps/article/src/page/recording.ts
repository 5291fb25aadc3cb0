/**
 * A recording of the event loop (Chrome's trace format) as the lanes of a timeline, and as the moments one steps through. Tasks have a lane
 * each; below them are the ready queue, the timers and the sockets, with what is in them.
 */

/** What a lane shows for a while. */
export interface Span {
  readonly lane: number;
  readonly kind: 'step' | 'ready' | 'wait';
  /** What runs, or what is waited for. In the ready queue, at timers and sockets: the task. */
  readonly name: string;
  /** The lane of the task that is waited for, if it is one. */
  readonly waitsFor?: number;
  /** Microseconds from the beginning. */
  readonly from: number;
  readonly to: number;
}

/** Everything the timeline draws. */
export interface Recording {
  /** The tasks, and then {@link RESOURCES}. */
  readonly lanes: readonly string[];
  /** How many of the lanes are tasks. */
  readonly tasks: number;
  readonly spans: readonly Span[];
  /** When something changed, in microseconds, in order, each once. */
  readonly moments: readonly number[];
}

/** The lanes below those of the tasks. */
export const RESOURCES: readonly string[] = ['ready queue', 'timers', 'sockets'];

interface TraceEvent {
  readonly ph: string;
  readonly cat?: string;
  readonly name: string;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string; readonly outside?: boolean };
}

const KINDS: readonly string[] = ['step', 'ready', 'wait'];
/** Names of what only passes on to something else: that they wait outside is told by what they wait for. */
const TIMERS: readonly string[] = ['sleep'];

/** Reads a trace; tasks without a span are left out. */
export function readRecording(trace: { readonly traceEvents: readonly TraceEvent[] }): Recording {
  const names = new Map<number, string>();
  for (const { ph, name, tid, args } of trace.traceEvents) {
    if (ph === 'M' && name === 'thread_name' && tid !== 0) names.set(tid, args?.name ?? `task ${tid}`);
  }
  const complete = trace.traceEvents.filter(
    ({ ph, cat = '', tid }) => ph === 'X' && KINDS.includes(cat) && names.has(tid),
  );
  const tids = [...names.keys()].filter((tid) => complete.some((event) => event.tid === tid));
  const lanes = tids.map((tid) => names.get(tid) as string);
  const spans = complete.flatMap(({ cat, name, tid, ts: from = 0, dur = 0, args }): Span[] => {
    const lane = tids.indexOf(tid);
    const what = name.replace(/^wait: /, '');
    const other = lanes.indexOf(what.replace(/^task /, ''));
    const to = from + dur;
    const own: Span = {
      lane,
      kind: cat as Span['kind'],
      name: what,
      from,
      to,
      ...(cat === 'wait' && other >= 0 ? { waitsFor: other } : {}),
    };
    const resource =
      cat === 'ready' ? 0 : cat !== 'wait' || !args?.outside ? -1 : TIMERS.includes(what) ? 1 : 2;
    if (resource < 0) return [own];
    const kind = resource === 0 ? 'ready' : 'wait';
    return [own, { lane: lanes.length + resource, kind, name: lanes[lane] as string, from, to }];
  });
  const moments = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return { lanes: [...lanes, ...RESOURCES], tasks: lanes.length, spans, moments };
}

/** What each lane does at `moment`, in words: what begins then counts, what ends then does not. */
export function wordsAt({ lanes, tasks, spans }: Recording, moment: number): readonly string[] {
  return lanes.map((lane, index) => {
    const now = spans.filter((span) => span.lane === index && span.from <= moment && moment < span.to);
    if (index >= tasks) return `${lane}: ${now.map(({ name }) => name).join(', ') || 'nobody'}`;
    const span = ['step', 'ready', 'wait']
      .map((kind) => now.find((each) => each.kind === kind))
      .find(Boolean);
    if (span?.kind === 'step') return `${lane} runs`;
    if (span?.kind === 'ready') return `${lane} is ready, and waits for its turn`;
    if (span !== undefined) return `${lane} waits for ${span.name}`;
    return spans.some((each) => each.lane === index && each.from < moment)
      ? `${lane} has ended`
      : `${lane} is not there yet`;
  });
}
