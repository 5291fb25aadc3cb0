/** RxJS's `bufferWhen`, with a cap. */
import * as stock from 'rxjs';
import { capped } from './capped.ts';
import { ungated } from './ungated.ts';

/** RxJS's `bufferWhen`, its notifiers outside the gate. Fails when 65,536 values wait for the notifier. */
export const bufferWhen: typeof stock.bufferWhen = (closing) =>
  capped(stock.bufferWhen(() => ungated(closing())));
