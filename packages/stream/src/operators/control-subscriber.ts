/** A Subscriber behind which no gate is seen: for signals, which must get through while the data is held back. */
import { Subscriber } from 'rxjs';

export class ControlSubscriber<T> extends Subscriber<T> {
  readonly oxbowGate = null;
}
