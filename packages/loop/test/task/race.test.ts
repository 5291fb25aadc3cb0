import { assert, suite } from '@oxbow/testkit';
import { createTask, currentLoop, Future, Queue, race, sleep, timeout } from '../../src/index.ts';
import { eachForm, inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('race');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm('gives the first outcome when the losers have ended', ['winner', true, 10], function* () {
  const loser = createTask(function* () {
    try {
      yield* sleep(1000);
    } finally {
      yield* sleep(5);
    }
  });
  const winner = createTask(function* () {
    yield* sleep(5);
    return 'winner';
  });
  return [yield* race(loser, winner), loser.cancelled, currentLoop().time()];
});

inBothForms(
  test,
  'a failure that comes first is the outcome',
  'RangeError',
  async () => race(sleep(10), Promise.reject(new RangeError('x'))).then(() => '', nameOf),
  function* () {
    try {
      yield* race(sleep(10), Promise.reject(new RangeError('x')));
    } catch (error) {
      return nameOf(error);
    }
    return '';
  },
);

inEachForm('an item is taken by the winner only: the loser leaves it in its queue', ['a', 1], function* () {
  const first = new Queue<string>();
  const second = new Queue<string>();
  currentLoop().callLater(1, () => {
    first.putNoWait('a');
    second.putNoWait('b');
  });
  return [yield* race(first.get(), second.get()), second.size];
});

inEachForm('Ops that have not begun do not begin once one has won', ['there', 1], function* () {
  const queue = new Queue<string>();
  queue.putNoWait('kept');
  const settled = new Future<string>();
  settled.setResult('there');
  return [yield* race(settled, queue.get()), queue.size];
});

inBothForms(
  test,
  'cancelled, it cancels all of them',
  [true, true],
  async () => {
    const member = createTask(async () => sleep(1000));
    const racing = createTask(async () => race(member, sleep(500)));
    await sleep(1);
    racing.cancel();
    await sleep(1);
    return [racing.cancelled, member.cancelled];
  },
  function* () {
    const member = createTask(() => sleep(1000));
    const racing = createTask(function* () {
      yield* race(member, sleep(500));
    });
    yield* sleep(1);
    racing.cancel();
    yield* sleep(1);
    return [racing.cancelled, member.cancelled];
  },
);

test('a scope that loses is ended: its body cleans up', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const scope = timeout(100, async () => {
      try {
        await sleep(50);
      } finally {
        log.push('cleaned up');
      }
    });
    assert.is(await race(scope, sleep(5)), undefined);
    assert.equal(log, ['cleaned up']);
    assert.is(currentLoop().time(), 5);
  });
});

test('takes a list too, and needs at least one', async () => {
  await virtually(async () => {
    assert.is(await race([sleep(5), Promise.resolve('p')]), 'p');
    assert.match(await race([]).then(() => '', String), /race\(\) needs at least one awaitable/);
  });
});

test.run();
