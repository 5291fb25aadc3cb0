import { assert, suite } from '@oxbow/testkit';
import { CancelScope, createTask, currentLoop, currentTask, sleep, timeout } from '../../src/index.ts';
import { eachForm, inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('CancelScope');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm('gives what its body gives', ['result', false, false], function* () {
  const scope = new CancelScope();
  const result = yield* scope.run(function* () {
    yield* sleep(1);
    return 'result';
  });
  return [result, scope.cancelCalled, scope.cancelledCaught];
});

inEachForm(
  'cancelled, it ends its body and nothing else, and the task goes on',
  [undefined, true, 5, 0],
  function* () {
    const scope = new CancelScope();
    currentLoop().callLater(5, () => scope.cancel());
    const result = yield* scope.run(function* () {
      yield* sleep(1000);
      return 'never';
    });
    yield* sleep(0);
    return [result, scope.cancelledCaught, currentLoop().time(), currentTask()!.cancelling()];
  },
);

inEachForm(
  'is level-triggered: each wait in its cleanup fails until it is left',
  [['first', 'second'], 0],
  function* () {
    const log: string[] = [];
    const scope = new CancelScope();
    scope.cancel();
    yield* scope.run(function* () {
      try {
        yield* sleep(10);
      } finally {
        log.push('first');
        try {
          yield* sleep(10);
        } finally {
          log.push('second');
        }
      }
    });
    return [log, currentLoop().time()];
  },
);

inBothForms(
  test,
  'a shielded scope with a deadline lets cleanup wait, and no longer than that',
  [['cleanup cut short', 'left'], 21],
  async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        const cleanup = new CancelScope({ shield: true, timeoutMs: 20 });
        await cleanup.run(async () => {
          try {
            await sleep(1000);
          } finally {
            log.push('cleanup cut short');
          }
        });
        log.push('left');
      }
    });
    await sleep(1);
    task.cancel();
    task.cancel();
    await task.then(undefined, () => {});
    return [log, currentLoop().time()];
  },
  function* () {
    const log: string[] = [];
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        const cleanup = new CancelScope({ shield: true, timeoutMs: 20 });
        yield* cleanup.run(function* () {
          try {
            yield* sleep(1000);
          } finally {
            log.push('cleanup cut short');
          }
        });
        log.push('left');
      }
    });
    yield* sleep(1);
    task.cancel();
    task.cancel();
    try {
      yield* task;
    } catch {}
    return [log, currentLoop().time()];
  },
);

inEachForm(
  'a shield keeps a cancelled scope around it away, until it is left',
  ['inner done', 'cut'],
  function* () {
    const log: string[] = [];
    const outer = new CancelScope({ timeoutMs: 5 });
    yield* outer.run(function* () {
      yield* new CancelScope({ shield: true }).run(function* () {
        yield* sleep(50);
        log.push('inner done');
      });
      try {
        yield* sleep(1);
      } finally {
        log.push('cut');
      }
    });
    return log;
  },
);

inBothForms(
  test,
  'cancelling the task passes through a scope: nothing absorbs it',
  [true, false],
  async () => {
    const scope = new CancelScope();
    const task = createTask(async () => {
      await scope.run(async () => sleep(1000));
    });
    await sleep(1);
    task.cancel();
    await sleep(1);
    return [task.cancelled, scope.cancelledCaught];
  },
  function* () {
    const scope = new CancelScope();
    const task = createTask(function* () {
      yield* scope.run(function* () {
        yield* sleep(1000);
      });
    });
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    return [task.cancelled, scope.cancelledCaught];
  },
);

inBothForms(
  test,
  'scope and task cancelled in the same tick: the task is cancelled, in whichever order',
  [true, true],
  async () => {
    const outcomes: boolean[] = [];
    for (const scopeFirst of [true, false]) {
      const scope = new CancelScope();
      const task = createTask(async () => {
        await scope.run(async () => sleep(1000));
        await sleep(1);
      });
      await sleep(1);
      if (scopeFirst) scope.cancel();
      task.cancel();
      scope.cancel();
      await sleep(10);
      outcomes.push(task.cancelled);
    }
    return outcomes;
  },
  function* () {
    const outcomes: boolean[] = [];
    for (const scopeFirst of [true, false]) {
      const scope = new CancelScope();
      const task = createTask(function* () {
        yield* scope.run(function* () {
          yield* sleep(1000);
        });
        yield* sleep(1);
      });
      yield* sleep(1);
      if (scopeFirst) scope.cancel();
      task.cancel();
      scope.cancel();
      yield* sleep(10);
      outcomes.push(task.cancelled);
    }
    return outcomes;
  },
);

inEachForm(
  'an outer scope cancelled from within the inner ends both',
  ['outer caught', undefined],
  function* () {
    const outer = new CancelScope();
    const inner = new CancelScope();
    const result = yield* outer.run(function* () {
      yield* inner.run(function* () {
        inner.cancel();
        outer.cancel();
        yield* sleep(1);
      });
      return 'went on';
    });
    return [outer.cancelledCaught && !inner.cancelledCaught ? 'outer caught' : 'wrong', result];
  },
);

inEachForm('its deadline can be moved while it is entered', 30, function* () {
  const scope = new CancelScope({ timeoutMs: 10 });
  yield* scope.run(function* () {
    scope.deadlineMs = 30;
    yield* sleep(1000);
  });
  return currentLoop().time();
});

test('a generator body awaited by an async function, and an async body in a generator, are cancelled alike', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const generated = new CancelScope({ timeoutMs: 5 });
    await generated.run(function* () {
      try {
        yield* sleep(1000);
      } finally {
        log.push('generator');
      }
    });
    await createTask(function* () {
      const scope = new CancelScope({ timeoutMs: 5 });
      yield* scope.run(async () => {
        try {
          await sleep(1000);
        } finally {
          log.push('async');
        }
      });
    });
    assert.equal(log, ['generator', 'async']);
    assert.ok(generated.cancelledCaught);
  });
});

test('an async body in a generator task is ended when the task is cancelled', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const task = createTask(function* () {
      try {
        yield* timeout(1000, async () => {
          try {
            await sleep(500);
          } finally {
            await sleep(5);
            log.push('body');
          }
        });
        log.push('went on');
      } finally {
        log.push('task');
      }
    });
    await sleep(1);
    task.cancel();
    await sleep(10);
    assert.equal(log, ['body', 'task']);
    assert.ok(task.cancelled);
  });
});

test('an error of the body passes through', async () => {
  await virtually(async () => {
    const scope = new CancelScope();
    const failed = scope.run(async () => {
      throw new RangeError('body');
    });
    assert.is(await failed.then(() => '', nameOf), 'RangeError');
  });
});

test('is entered once, and takes a function', async () => {
  const scope = new CancelScope();
  await scope.run(async () => {});
  assert.throws(() => scope.run(async () => {}), /can be entered once/);
  assert.throws(() => new CancelScope().run(5 as never), /takes a function as its body/);
  assert.throws(() => new CancelScope({ timeout: 5 } as never), /did you mean "timeoutMs"/);
  assert.throws(() => new CancelScope({ timeoutMs: Number.NaN }), /a number of milliseconds, got NaN/);
});

test('works outside of run()', async () => {
  const scope = new CancelScope({ timeoutMs: 1 });
  assert.is(await scope.run(async () => sleep(10_000)), undefined);
  assert.ok(scope.cancelledCaught);
});

test('a deadline that has passed ends the first wait; what is no time is refused', async () => {
  await virtually(async () => {
    const scope = new CancelScope({ timeoutMs: -1 });
    assert.is(await scope.run(async () => sleep(0)), undefined);
    assert.ok(scope.cancelledCaught);
    assert.throws(() => {
      scope.deadlineMs = Number.NaN;
    }, /CancelScope.deadlineMs takes a number of milliseconds, got NaN/);
  });
});

test.run();
