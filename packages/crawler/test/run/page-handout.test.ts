import { assert, suite } from '@oxbow/testkit';
import { type Delivery, PageHandout } from '../../src/run/page-handout.ts';
import type { Page } from '../../src/visit/page.ts';

const delivery = (token: string): Delivery => ({
  target: { token } as Delivery['target'],
  page: {} as Page,
  discovered: [],
  records: undefined,
});
const taker = (log: string[]) => ({
  resolve: (given: Delivery | undefined) => void log.push(given?.target.token ?? 'end'),
  reject: (error: unknown) => void log.push(`error ${String(error)}`),
});

const test = suite('PageHandout');
test('gives pages to takers in order, whoever comes first', () => {
  const handout = new PageHandout();
  const log: string[] = [];
  handout.push(delivery('1'));
  handout.take(taker(log));
  handout.take(taker(log));
  handout.take(taker(log));
  handout.push(delivery('2'));
  assert.equal(log, ['1', '2']);
});
test('forgets a taker that takes its wish back', () => {
  const handout = new PageHandout();
  const log: string[] = [];
  handout.take(taker(log))();
  handout.push(delivery('1'));
  assert.equal(log, []);
  assert.equal(handout.close(), ['1']);
});
test('finishes a page once, and not one that was taken back', () => {
  const handout = new PageHandout();
  handout.push(delivery('1'));
  handout.push(delivery('2'));
  handout.take(taker([]));
  handout.take(taker([]));
  assert.ok(handout.finish('1'));
  assert.not.ok(handout.finish('1'));
  assert.equal(handout.takeBack(), ['2']);
  assert.not.ok(handout.finish('2'));
});
test('waits until the consumer has finished its pages', async () => {
  const handout = new PageHandout();
  const log: string[] = [];
  await handout.whenFinished();
  handout.push(delivery('1'));
  handout.take(taker(log));
  const waiting = handout.whenFinished().then(() => log.push('finished'));
  await undefined;
  assert.equal(log, ['1']);
  handout.finish('1');
  handout.noticeFinished();
  await waiting;
  assert.equal(log, ['1', 'finished']);
});
test('hands out nothing once closed, and answers everybody at the end', () => {
  const handout = new PageHandout();
  const log: string[] = [];
  handout.close();
  handout.take(taker(log));
  handout.push(delivery('1'));
  assert.equal(log, []);
  handout.end('well');
  handout.take(taker(log));
  assert.equal(log, ['end', 'end']);
  const failed = new PageHandout();
  failed.end({ error: 'x' });
  failed.take(taker(log));
  assert.is(log.at(-1), 'error x');
});
test.run();
