/** A recording of the event loop (Chrome's trace format) as lanes of steps and waits, and as the moments one steps through. */

/** What a lane shows between two moments. */
export interface Span {
  readonly lane: number;
  readonly kind: 'step' | 'wait';
  readonly name: string;
  /** Microseconds from the beginning. */
  readonly from: number;
  readonly to: number;
}

/** Everything the timeline draws. */
export interface Recording {
  readonly lanes: readonly string[];
  readonly spans: readonly Span[];
  /** When something changed, in microseconds, in order, each once. */
  readonly moments: readonly number[];
}

interface TraceEvent {
  readonly ph: string;
  readonly cat?: string;
  readonly name: string;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** Reads a trace; lanes without a span are left out. */
export function readRecording(trace: { readonly traceEvents: readonly TraceEvent[] }): Recording {
  const names = new Map<number, string>();
  for (const { ph, name, tid, args } of trace.traceEvents) {
    if (ph === 'M' && name === 'thread_name') names.set(tid, args?.name ?? `task ${tid}`);
  }
  const complete = trace.traceEvents.filter(
    ({ ph, cat }) => ph === 'X' && (cat === 'step' || cat === 'wait'),
  );
  const tids = [...names.keys()].filter((tid) => complete.some((event) => event.tid === tid));
  const spans = complete.map(({ cat, name, tid, ts = 0, dur = 0 }) => ({
    lane: tids.indexOf(tid),
    kind: cat as 'step' | 'wait',
    name: name.replace(/^wait: /, ''),
    from: ts,
    to: ts + dur,
  }));
  const moments = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return { lanes: tids.map((tid) => names.get(tid) as string), spans, moments };
}

/** What each lane does at `moment`, in words: what begins then counts, what ends then does not. */
export function wordsAt({ lanes, spans }: Recording, moment: number): readonly string[] {
  return lanes.map((lane, index) => {
    const now = spans.filter((span) => span.lane === index && span.from <= moment && moment < span.to);
    const step = now.find(({ kind }) => kind === 'step');
    if (step !== undefined) return `${lane} runs`;
    const wait = now.find(({ kind }) => kind === 'wait');
    if (wait !== undefined) return `${lane} waits for ${wait.name}`;
    return spans.some((span) => span.lane === index && span.from > moment)
      ? `${lane} is ready`
      : `${lane} is not there`;
  });
}
