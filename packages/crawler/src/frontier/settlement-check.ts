/** Everything that can be wrong with a settlement, found before anything is changed. It changes nothing. */
import { CrawlerOptionError, LeaseLostError } from '../errors.ts';
import type { Settlement, SettleResult } from './frontier.ts';
import { checkedDelay } from './frontier-limits.ts';
import type { OutputLedger } from './output-ledger.ts';

/** What is asked of leases. */
interface Leases {
  has(token: string): boolean;
  isKnown(token: string): boolean;
}

/**
 * What a settlement's number means. A number used before is a repeat only when nothing of it is still leased: else somebody else writes
 * under that name.
 */
export function orderOf(
  settlement: Settlement,
  leases: Leases,
  ledger: OutputLedger,
): 'next' | 'repeat' | 'gap' {
  const order = ledger.orderOf(settlement);
  const isOther = order === 'repeat' && settlement.results.some(({ token }) => leases.has(token));
  return isOther ? 'gap' : order;
}

/**
 * Gives the results that are not repeats, each once.
 * @throws CrawlerOptionError for values that cannot be used
 * @throws LeaseLostError for leases that were lost, and a number that does not follow
 */
export function freshResults(settlement: Settlement, leases: Leases, ledger: OutputLedger): SettleResult[] {
  checkValues(settlement);
  const fresh = new Map<string, SettleResult>();
  const lost: string[] = [];
  for (const result of settlement.results) {
    checkResult(result);
    if (leases.has(result.token)) {
      if (!fresh.has(result.token)) fresh.set(result.token, result);
    } else if (!leases.isKnown(result.token)) {
      lost.push(result.token);
    }
  }
  const { checkpoint } = ledger.output(settlement.output ?? '');
  if (orderOf(settlement, leases, ledger) === 'gap') {
    const tokens = settlement.results.map(({ token }) => token);
    throw new LeaseLostError(tokens, { checkpoint });
  }
  if (lost.length > 0) throw new LeaseLostError(lost, { checkpoint });
  return [...fresh.values()];
}

function checkValues(settlement: Settlement): void {
  for (const name of ['hostDelays', 'hostPauses'] as const) {
    for (const [host, ms] of Object.entries(settlement[name] ?? {})) checkedDelay(`${name}["${host}"]`, ms);
  }
  for (const [name, value] of Object.entries(settlement.sums ?? {})) {
    if (!Number.isFinite(value))
      throw new CrawlerOptionError('sums', `sums["${name}"] is a finite number, not ${String(value)}`);
  }
}

function checkResult({ outcome, afterMs }: SettleResult): void {
  if (outcome !== 'done' && outcome !== 'retry' && outcome !== 'failed') {
    const what = `outcome is 'done', 'retry' or 'failed', not ${String(outcome)}`;
    throw new CrawlerOptionError('outcome', what);
  }
  if (afterMs !== undefined) checkedDelay('afterMs', afterMs);
}
