import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  CancelScope,
  type Coroutine,
  call,
  createTask,
  currentSignal,
  Event,
  gather,
  sleep,
  timeout,
} from '../../src/index.ts';
import { currentPlace } from '../../src/task/current.ts';
import { dueAt, regionAt, rootOf } from '../../src/task/region.ts';
import { eachForm, inBothForms, virtually } from '../forms.ts';

const test = suite('region');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

test('a task has none until something is requested of it', async () => {
  await virtually(async () => {
    const task = createTask(() => sleep(10));
    await sleep(1);
    assert.is(task.root, undefined);
    task.cancel();
    assert.ok(task.root?.requested instanceof CancelledError);
  });
});

test('regions nest: each knows the one around it, and the outermost that is due decides', async () => {
  await virtually(async () => {
    const root = regionAt(currentPlace()!);
    await new CancelScope().run(async () => {
      const inner = regionAt(currentPlace()!);
      assert.is(inner.outer, root);
      assert.ok(root.isAround(inner));
      assert.not(inner.isAround(root));
      inner.request(new CancelledError('inner'), false);
      assert.is(dueAt(inner), inner);
      root.request(new CancelledError('outer'), false);
      assert.is(dueAt(inner), root);
      root.obey();
      inner.obey();
      assert.is(dueAt(inner), undefined);
    });
  });
});

test('a shield keeps a request out, which stays due behind it', async () => {
  await virtually(async () => {
    const root = regionAt(currentPlace()!);
    await new CancelScope({ shield: true }).run(async () => {
      const inner = regionAt(currentPlace()!);
      assert.not(root.reaches(inner));
      root.request(new CancelledError('outer'), false);
      assert.is(dueAt(inner), undefined);
      await sleep(1);
    });
    assert.is(dueAt(root), root);
    root.obey();
  });
});

test('a request that was obeyed is due again when a value had come first', async () => {
  await virtually(async () => {
    const root = regionAt(currentPlace()!);
    root.request(new CancelledError('once'), false);
    root.obey();
    assert.not(root.due);
    root.dueAgain();
    assert.ok(root.due);
    root.obey();
  });
});

test('a region that is left binds nobody any more', async () => {
  await virtually(async () => {
    const root = rootOf(currentPlace()!.task);
    const scope = new CancelScope();
    await scope.run(async () => {
      const signal = currentSignal();
      assert.is(root.signalled?.size, 1);
      scope.cancel();
      assert.ok(signal.aborted);
    });
    assert.is(root.pending, 0);
    assert.is(root.signalled?.size, 0);
  });
});

// The table of region.ts: what each request does to the wait under way, and to the next one in its cleanup.

/** What becomes of a wait and of another in its cleanup: each `came` or `ended`. */
class Waits {
  #first = 'ended';
  #second = 'ended';

  get told(): string {
    return `${this.#first} ${this.#second}`;
  }

  async inAsync(): Promise<void> {
    try {
      await sleep(10);
      this.#first = 'came';
    } finally {
      await sleep(1);
      this.#second = 'came';
    }
  }

  *inGenerator(): Coroutine<void> {
    try {
      yield* sleep(10);
      this.#first = 'came';
    } finally {
      yield* sleep(1);
      this.#second = 'came';
    }
  }
}

inBothForms(
  test,
  'edge: one wait ends, cleanup may wait again',
  'ended came',
  async () => {
    const waits = new Waits();
    const task = createTask(() => waits.inAsync());
    await sleep(1);
    task.cancel();
    await task.catch(() => {});
    return waits.told;
  },
  function* () {
    const waits = new Waits();
    const task = createTask(() => waits.inGenerator());
    yield* sleep(1);
    task.cancel();
    yield* gather([task], { returnExceptions: true });
    return waits.told;
  },
);

inBothForms(
  test,
  'level: every wait ends until the scope is left',
  'ended ended',
  async () => {
    const waits = new Waits();
    await timeout(1, () => waits.inAsync()).catch(() => {});
    return waits.told;
  },
  function* () {
    const waits = new Waits();
    const scope = new CancelScope({ timeoutMs: 1 });
    yield* scope.run(function* () {
      yield* call(waits.inGenerator());
    });
    return waits.told;
  },
);

inBothForms(
  test,
  'behind a shield a request is not obeyed; the first wait outside obeys it',
  'came came, then ended',
  async () => {
    const waits = new Waits();
    let after = 'came';
    const task = createTask(async () => {
      await new CancelScope({ shield: true }).run(() => waits.inAsync());
      try {
        await sleep(1);
      } catch {
        after = 'ended';
      }
    });
    await sleep(1);
    task.cancel();
    await gather([task], { returnExceptions: true });
    return `${waits.told}, then ${after}`;
  },
  function* () {
    const waits = new Waits();
    let after = 'ended';
    const task = createTask(function* () {
      yield* new CancelScope({ shield: true }).run(function* () {
        yield* call(waits.inGenerator());
      });
      yield* sleep(1);
      after = 'came';
    });
    yield* sleep(1);
    task.cancel();
    yield* gather([task], { returnExceptions: true });
    return `${waits.told}, then ${after}`;
  },
);

inEachForm('without a wait the request is due: the next wait never begins', false, function* () {
  const event = new Event();
  const task = createTask(function* () {
    task.cancel();
    yield* event.wait();
  });
  yield* gather([task], { returnExceptions: true });
  return !task.cancelled;
});

// A scope is the same however its body is written: a generator that an async function waits for is part of it.

const hangs = function* (log: string[]): Coroutine<void> {
  try {
    yield* sleep(60_000);
  } finally {
    log.push('cleanup');
    yield* sleep(60_000);
    log.push('never');
  }
};

const forms: Record<string, (log: string[]) => () => unknown> = {
  'a function that returns a generator': (log) => () => hangs(log),
  'await call(gen()) in an async body': (log) => async () => await call(hangs(log)),
  'await gather(gen()) in an async body': (log) => async () => await gather(hangs(log)),
  'a scope with a generator inside an async body': (log) => async () =>
    await new CancelScope().run(() => hangs(log)),
  'a generator function': (log) =>
    function* () {
      yield* call(hangs(log));
    },
};

for (const [form, bodyOf] of Object.entries(forms)) {
  test(`a deadline ends cleanup that hangs: ${form}`, async () => {
    const log: string[] = [];
    await virtually(async () => {
      const error = await timeout(5, bodyOf(log) as () => Promise<unknown>).catch((reason: Error) => reason);
      assert.is((error as Error).name, 'TimeoutError');
      assert.equal(log, ['cleanup']);
    });
  });
}

test.run();
