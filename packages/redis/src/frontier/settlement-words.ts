/** A settlement as words for its script. It checks values, and sends nothing. */
import { CrawlerOptionError, type Settlement, type SettleResult } from '@oxbow/crawler';
import { durationFault } from '@oxbow/loop/lowlevel';
import type { FormedTarget, Mark } from './target-form.ts';

/** What a host may have in flight, as far as the crawl says so for the single host. */
export type LimitOf = (host: string) => number | undefined;

const OUTCOMES: readonly unknown[] = ['done', 'retry', 'failed'];

/**
 * Checks everything a settlement's caller can get wrong, before anything is sent.
 * @throws CrawlerOptionError
 */
export function checkSettlement({ results, hostDelays = {}, hostPauses = {}, sums = {} }: Settlement): void {
  for (const [name, values] of Object.entries({ hostDelays, hostPauses })) {
    for (const [host, ms] of Object.entries(values)) checkedDelay(`${name}["${host}"]`, ms);
  }
  for (const [name, value] of Object.entries(sums)) {
    if (!Number.isFinite(value))
      throw new CrawlerOptionError('sums', `sums["${name}"] is a finite number, not ${String(value)}`);
  }
  for (const { outcome, afterMs } of results) {
    if (!OUTCOMES.includes(outcome))
      throw new CrawlerOptionError(
        'outcome',
        `outcome is 'done', 'retry' or 'failed', not ${String(outcome)}`,
      );
    if (afterMs !== undefined) checkedDelay('afterMs', afterMs);
  }
}

/** A settlement without its targets, in the order of the script's words. @param markOf of the URL that a token leases */
export function settlementWords(
  { results, hostDelays = {}, hostPauses = {}, output = '', sequence, checkpoint, sums = {} }: Settlement,
  workerId: string,
  markOf: (token: string) => Mark,
  limitOf: LimitOf,
): string[] {
  const byToken = new Map<string, SettleResult>();
  for (const result of results) if (!byToken.has(result.token)) byToken.set(result.token, result);
  const hosts = (values: Readonly<Record<string, number>>): string[] =>
    Object.entries(values).flatMap(([host, ms]) => [host, limitWord(limitOf(host)), String(Math.round(ms))]);
  const sumWords = Object.entries(sums).flatMap(([name, value]) => [name, String(value)]);
  return [
    output,
    sequence === undefined ? '' : String(sequence),
    checkpoint === undefined ? '' : JSON.stringify(checkpoint),
    String(byToken.size),
    String(Object.keys(hostDelays).length),
    String(Object.keys(hostPauses).length),
    String(sumWords.length / 2),
    workerId,
    ...[...byToken.values()].flatMap((result) => resultWords(result, markOf(result.token))),
    ...hosts(hostDelays),
    ...hosts(hostPauses),
    ...sumWords,
  ];
}

function resultWords({ token, outcome, afterMs, counts, failure }: SettleResult, mark: Mark): string[] {
  const { reason = '', message = '' } = failure ?? {};
  return [
    token,
    outcome,
    afterMs === undefined ? '' : String(Math.round(afterMs)),
    counts ? '1' : '0',
    mark.bucket,
    mark.fingerprint,
    outcome === 'failed' ? `${withoutTabs(reason)}\t${withoutTabs(message)}` : '',
  ];
}

/** Targets by host, priority and depth, each group behind its head: what is the same is said once. */
export function groupWords(targets: readonly FormedTarget[], limitOf: LimitOf): string[] {
  const groups = new Map<string, FormedTarget[]>();
  for (const target of targets) {
    const head = `${target.host}\t${target.priority}\t${target.depth}`;
    const group = groups.get(head);
    if (group === undefined) groups.set(head, [target]);
    else group.push(target);
  }
  return [...groups.values()].flatMap((group) => {
    const { host, priority, depth } = group[0]!;
    return [
      host,
      limitWord(limitOf(host)),
      priority,
      depth,
      String(group.length),
      ...group.flatMap(({ bucket, fingerprint, body }) => [bucket, fingerprint, body]),
    ];
  });
}

function limitWord(limit: number | undefined): string {
  return limit === undefined || !Number.isFinite(limit) ? (limit === undefined ? '' : '1e9') : String(limit);
}

function withoutTabs(text: string): string {
  return text.replaceAll('\t', ' ');
}

function checkedDelay(option: string, value: number): void {
  const fault = durationFault(value, { zero: true });
  if (fault !== undefined) throw new CrawlerOptionError(option, `${option} ${fault}`);
}
