/** A Subscriber behind which no gate is seen: for signals, which must get through while the data is held back. */
import { Subscriber } from 'rxjs';
import { GuardedSubscriber } from '../rxjs-inside.ts';

export class ControlSubscriber<T> extends GuardedSubscriber<T> {
  readonly oxbowGate = null;
}
