/** Who holds whom back: reads the live gates from a terminal up to its sources and says it as data and in words. */
import { placeOf } from './creation-site.ts';
import type { Gate } from './gate.ts';
import type { Intake } from './terminal/intake.ts';

/** One place in a pipeline where values may wait. */
export interface FlowStage {
  /** The operator or terminal, e.g. `mapAsync` or `forEach()`. */
  readonly name: string;
  /** `function (file:line:column)` where it was made; known when the loop's debug mode was on by then. */
  readonly createdAt: string | undefined;
  /** True while what stands above is told to wait. */
  readonly paused: boolean;
  /** True when it pauses only because what stands below does. */
  readonly passesOn: boolean;
  /** How long the pause has lasted, in milliseconds; 0 while not paused. */
  readonly pausedMs: number;
  /** How often it has paused its sources so far. */
  readonly pauses: number;
  /** Values waiting in its own queue. */
  readonly queued: number;
  /** Values its overflow policy has dropped so far. */
  readonly dropped: number;
  /** What it waits for itself. */
  readonly waitsFor: string;
  /**
   * True when what it waits for comes out of a `share` that it holds back itself. Unless an operator between still has a
   * value, or another source joins there, neither goes on.
   */
  readonly circular: boolean;
  /** What stands above: further stages, and sources that wait at this gate. */
  readonly upstream: readonly FlowStage[];
  /** Sources that wait here until the gate opens. */
  readonly waitingSources: number;
}

/** The answer of `stream.why()`: one stage for every live consumer of the stream. */
export interface FlowReport {
  readonly consumers: readonly FlowStage[];
  /** The stage that is the reason for every pause above it, when there is one. */
  readonly blocker: FlowStage | undefined;
  /** The same in words, one line for each consumer. */
  toString(): string;
}

/** Describes the pipelines that end in these intakes. */
export function reportFlow(intakes: Iterable<Intake<never>>): FlowReport {
  const consumers = Array.from(intakes, (intake) => describe(intake.oxbowGate, performance.now()));
  const blocker = consumers.map(findBlocker).find((stage) => stage !== undefined);
  return Object.freeze({
    consumers: Object.freeze(consumers),
    blocker,
    toString: () =>
      consumers.length === 0 ? 'Nobody consumes this stream.' : consumers.map(inWords).join('\n'),
  });
}

function describe(gate: Gate, nowMs: number): FlowStage {
  const upstream = Array.from(gate.upstream, (above) => describe(above, nowMs));
  const { keeper } = gate;
  return Object.freeze({
    name: keeper.label,
    createdAt: placeOf(gate.site),
    paused: gate.closed,
    passesOn: gate.closed && !gate.closedByKeeper,
    pausedMs: gate.closedByKeeper ? nowMs - gate.closedAtMs : 0,
    pauses: gate.pauses,
    queued: keeper.queued,
    dropped: keeper.dropped ?? 0,
    waitsFor: keeper.waitsFor(),
    circular: isCircular(gate),
    upstream: Object.freeze(upstream),
    waitingSources: gate.waitingSources,
  });
}

/** True when a queue that `gate` awaits is fed by something that queues above `gate` keep closed. */
function isCircular(gate: Gate): boolean {
  const { keeper } = gate;
  if (!gate.closedByKeeper || keeper.awaits === undefined) return false;
  const above = new Set(gatesAbove(gate));
  for (const awaited of keeper.awaits()) {
    for (const feeding of gatesAbove(awaited)) {
      for (const holding of feeding.keeper.heldBy?.() ?? []) if (above.has(holding)) return true;
    }
  }
  return false;
}

function* gatesAbove(gate: Gate): Generator<Gate> {
  for (const above of gate.upstream) {
    yield above;
    yield* gatesAbove(above);
  }
}

/** The stage furthest down that pauses: what it waits for is the reason, all pauses above follow from it. */
function findBlocker(stage: FlowStage): FlowStage | undefined {
  if (stage.paused && !stage.passesOn) return stage;
  for (const above of stage.upstream) {
    const blocker = findBlocker(above);
    if (blocker !== undefined) return blocker;
  }
  return undefined;
}

function inWords(consumer: FlowStage): string {
  const blocker = findBlocker(consumer);
  if (blocker === undefined) {
    const awaited = consumer.waitsFor.startsWith('nothing') ? 'its source' : consumer.waitsFor;
    return `${nameOf(consumer)} waits for ${awaited}; nobody is held back.`;
  }
  const held = blocker.upstream.map((stage) => stage.name);
  const who = held.length > 0 ? held.join(', ') : 'the source';
  return (
    `${nameOf(blocker)} holds back ${who} for ${Math.round(blocker.pausedMs)} ms: ` +
    `${blocker.queued} values wait in it for ${blocker.waitsFor}${blocker.circular ? CIRCLE : ''}.`
  );
}

const CIRCLE =
  ', which come out of the same share() and are held back with it: unless an operator between still has a value, neither ' +
  'goes on. Give share() a highWaterMark above what the branches run apart, or zip before sharing';

function nameOf({ name, createdAt }: FlowStage): string {
  return createdAt === undefined ? name : `${name}, made at ${createdAt},`;
}
