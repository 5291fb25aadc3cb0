import { assert, suite } from '@oxbow/testkit';
import {
  ContextVar,
  type Coroutine,
  createTask,
  currentLoop,
  currentTask,
  Event,
  Future,
  run,
  sleep,
  type Task,
  TaskGroup,
} from '../../src/index.ts';
import { startDirectly } from '../../src/lowlevel.ts';
import { nameOf, virtually } from '../forms.ts';

const test = suite('startDirectly');

test('begins on the next turn, and then steps inside the event that wakes it', async () => {
  await run(async () => {
    const log: string[] = [];
    const answer = new Future<string>();
    const task = startDirectly(
      (function* (): Coroutine<void> {
        log.push('begins');
        log.push(yield* answer);
      })(),
    );
    log.push('made');
    await sleep(1);
    // An event of the host: no turn is being taken.
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        answer.setResult('answer');
        log.push('set');
        resolve();
      });
    });
    await task;
    assert.equal(log, ['made', 'begins', 'answer', 'set']);
  });
});

test('can begin at once', async () => {
  await run(async () => {
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        startDirectly(
          (function* (): Coroutine<void> {
            log.push('begins');
            yield* sleep(0);
          })(),
          { start: 'now', loop },
        );
        log.push('made');
        resolve();
      });
      const loop = currentLoop();
    });
    assert.equal(log, ['begins', 'made']);
  });
});

test('takes a turn when it is woken within one, so that no step runs inside another', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const event = new Event();
    startDirectly(
      (function* (): Coroutine<void> {
        yield* event.wait();
        log.push('woken');
      })(),
    );
    await createTask(function* () {
      yield* sleep(1);
      event.set();
      log.push('set');
      yield* sleep(1);
    });
    assert.equal(log, ['set', 'woken']);
  });
});

test('belongs to nobody: no parent, no context variable, no cancellation of the caller', async () => {
  await virtually(async () => {
    const variable = new ContextVar('name', { default: 'none' });
    const seen: unknown[] = [];
    let task: Task<string> | undefined;
    const caller = createTask(async () => {
      variable.set('of the caller');
      task = startDirectly(
        (function* (): Coroutine<string> {
          seen.push(currentTask()?.name, currentTask()?.parent, variable.get());
          yield* sleep(10);
          return 'ends well';
        })(),
        { name: 'of nobody' },
      );
      await sleep(60_000);
    });
    await sleep(1);
    caller.cancel();
    assert.is(await caller.then(() => '', nameOf), 'CancelledError');
    assert.is(await task, 'ends well');
    assert.equal(seen, ['of nobody', undefined, 'none']);
  });
});

test('what it starts on the way does not count as done by whoever woke it', async () => {
  await run(async () => {
    const inside: unknown[] = [];
    const answer = new Future<void>();
    const direct = startDirectly(
      (function* (): Coroutine<void> {
        yield* answer;
        setImmediate(() => inside.push(currentTask()));
        yield* sleep(0);
      })(),
    );
    await sleep(0);
    await createTask(async () => {
      await Promise.resolve();
      answer.setResult();
    });
    await direct;
    await sleep(5);
    assert.equal(inside, [undefined]);
  });
});

test('is cancelled as every task, and its failure is reported', async () => {
  const reports: string[] = [];
  await run(async () => {
    currentLoop().onUnhandled = (failure) => reports.push(nameOf(failure.error));
    const log: string[] = [];
    const task = startDirectly(
      (function* (): Coroutine<void> {
        try {
          yield* sleep(60_000);
        } finally {
          log.push('closed');
        }
      })(),
    );
    await sleep(0);
    task.cancel();
    await TaskGroup.run(() => {});
    await task.catch(() => {});
    assert.ok(task.cancelled);
    assert.equal(log, ['closed']);
    // biome-ignore lint/correctness/useYield: a failure at the first step
    const failing = function* (): Coroutine<void> {
      throw new RangeError('no');
    };
    startDirectly(failing());
  });
  assert.equal(reports, ['RangeError']);
});

test('an unknown option is answered with the nearest name', async () => {
  await virtually(async () => {
    const none = (function* (): Coroutine<void> {})();
    assert.throws(() => startDirectly(none, { nmae: 'x' } as never), /did you mean "name"/);
  });
});

test.run();
