/** A Subscriber for what steers a pipeline and carries no values of it: a notifier, a duration, an inner trigger. */
import { GuardedSubscriber } from '../rxjs-inside.ts';

export class ControlSubscriber<T> extends GuardedSubscriber<T> {
  readonly oxbowGate = null;
}
