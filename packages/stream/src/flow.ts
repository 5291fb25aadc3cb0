/**
 * What a producer sees of its consumer: paused or not, and when it goes on. A Flow belongs to one subscription.
 */
import type { Subscriber } from 'rxjs';
import { Gate, type GateWaiter } from './gate.ts';

/** The demand of one consumer, as its producer sees it. Binary: there is no count. */
export interface Flow {
  /** True while the consumer wants nothing more. What is emitted all the same is queued, up to the hard cap. */
  readonly paused: boolean;
  /** `undefined` when the producer may go on at once; else resolves when it may, or when the consumer has left. */
  ready(): Promise<void> | undefined;
  /**
   * Calls back synchronously when the consumer resumes. Registered while paused: once, when this pause ends. Registered
   * while not paused: at the end of every pause from now on, the same function once. Callbacks end with the subscription.
   */
  onResume(callback: () => void): void;
}

/** The flow of a consumer with unlimited demand, as `subscribe()` has it. */
export const OPEN_FLOW: Flow = Object.freeze({
  paused: false,
  ready: () => undefined,
  onResume: () => {},
});

/** What a flow looks at when its consumer has left: the state it was left in, and no consumer. */
const LEFT_OPEN: Gate = new Gate({ label: 'nobody', waitsFor: () => 'nothing', queued: 0 });
const LEFT_CLOSED: Gate = new Gate(LEFT_OPEN.keeper);
LEFT_CLOSED.close();

/** What may still hold values of the producer's own last batch; the flow stays paused until it has let go of them. */
export interface FlowHold {
  readonly holding: boolean;
  /** Hands on what it holds; false when the gate closed again before the end. */
  release(): boolean;
}

/** A Flow over a gate. It enters the gate's queue only while somebody waits. */
export class GateFlow implements Flow, GateWaiter {
  private nearest: Gate;
  private readonly owner: Subscriber<never>;
  private hold: FlowHold | undefined;
  private once: (() => void)[] | undefined;
  private always: readonly (() => void)[] | undefined;
  private readiness: Promise<void> | undefined;
  private settleReady: (() => void) | undefined;
  private bound = false;
  readonly label: string | undefined;

  /** @param owner the subscription this flow ends with */
  constructor(gate: Gate, owner: Subscriber<never>, label?: string) {
    this.nearest = gate;
    this.owner = owner;
    this.label = label;
  }

  get gate(): Gate {
    return this.nearest;
  }

  get paused(): boolean {
    return this.nearest.closed || this.hold?.holding === true;
  }

  ready(): Promise<void> | undefined {
    if (!this.paused || this.owner.closed) return undefined;
    if (this.readiness === undefined) {
      this.readiness = new Promise((resolve) => {
        this.settleReady = resolve;
      });
      this.enqueue();
    }
    return this.readiness;
  }

  onResume(callback: () => void): void {
    if (this.owner.closed) return;
    if (this.paused) {
      // An array written out has room for what is in it; one that is pushed to makes room for sixteen more.
      if (this.once === undefined) this.once = [callback];
      else this.once.push(callback);
      this.enqueue();
    } else if (this.always?.includes(callback) !== true) {
      // A new array: the old one may be being gone through.
      this.always = [...(this.always ?? []), callback];
      this.bind();
      this.nearest.listen(this);
    }
  }

  /** Lets `hold` keep the flow paused, and be released first when the gate opens. */
  holdBack(hold: FlowHold): void {
    this.hold = hold;
    this.enqueue();
  }

  /** The gate has opened. */
  wake(): void {
    if (this.owner.closed) return;
    if (this.hold !== undefined && !this.hold.release()) {
      this.nearest.wait(this);
      return;
    }
    this.settle();
    const once = this.once;
    if (once !== undefined) {
      this.once = undefined;
      for (let i = 0; i < once.length; i++) {
        if (this.paused) {
          // The consumer is full again: who was not called yet waits on, ahead of later registrations.
          this.once = [...once.slice(i), ...((this.once as (() => void)[] | undefined) ?? [])];
          this.nearest.wait(this);
          return;
        }
        once[i]?.();
      }
    }
    if (this.always !== undefined) for (const callback of this.always) callback();
  }

  /** The subscription has ended: nobody is called any more, and a task that awaits `ready()` goes on and sees `closed`. */
  unsubscribe(): void {
    const gate = this.nearest;
    gate.forget(this);
    // A producer may keep its flow for as long as it likes, and the gate leads to the consumer.
    this.nearest = gate.closed ? LEFT_CLOSED : LEFT_OPEN;
    this.hold = undefined;
    this.once = undefined;
    this.always = undefined;
    this.settle();
  }

  private settle(): void {
    const settle = this.settleReady;
    this.readiness = undefined;
    this.settleReady = undefined;
    settle?.();
  }

  private enqueue(): void {
    this.bind();
    this.nearest.wait(this);
  }

  private bind(): void {
    if (this.bound) return;
    this.bound = true;
    this.owner.add(this);
  }
}
