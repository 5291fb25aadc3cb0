import { GuardedSubscriber } from '../rxjs-inside.ts';

export class ControlSubscriber<T> extends GuardedSubscriber<T> {
  readonly oxbowGate = null;
}
