// What asyncio promises of locks, events, conditions, semaphores and barriers, and tests: each promise once, in both forms.
// covers: src/sync/lock.ts, src/sync/event.ts, src/sync/condition.ts, src/sync/semaphore.ts, src/sync/barrier.ts

import { assert, suite } from '@oxbow/testkit';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  checkpoint,
  createTask,
  Event,
  gather,
  Lock,
  Semaphore,
  sleep,
  timeout,
  wait,
  waitFor,
} from '../../src/index.ts';
import { eachForm, nameOf } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('lock guarantees');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'a lock is not re-entrant: its holder waits for itself until it gives up',
  ['TimeoutError', true],
  function* () {
    const lock = new Lock();
    yield* lock.acquire();
    let thrown: unknown;
    try {
      yield* waitFor(lock.acquire(), 5);
    } catch (error) {
      thrown = error;
    }
    return [nameOf(thrown), lock.locked];
  },
);

inEachForm(
  'the first waiter is cancelled in the tick of the release: the lock reaches the second all the same',
  ['c', false],
  function* () {
    const lock = new Lock();
    yield* lock.acquire();
    const b = createTask(function* () {
      yield* lock.run(function* () {
        yield* sleep(1);
        return 'b';
      });
    });
    const c = createTask(function* () {
      return yield* lock.run(function* () {
        yield* sleep(1);
        return 'c';
      });
    });
    yield* checkpoint();
    lock.release();
    b.cancel();
    return [yield* c, lock.locked];
  },
);

inEachForm(
  'a waiter is cancelled, then the lock is released: it is free, and the next to ask has it at once',
  ['cancelled', false, 'second'],
  function* () {
    const lock = new Lock();
    yield* lock.acquire();
    const first = createTask(function* () {
      yield* lock.acquire();
    });
    yield* checkpoint();
    first.cancel();
    lock.release();
    const log: unknown[] = [];
    yield* wait([first]);
    log.push(outcomeOf(first), lock.locked);
    const second = createTask(function* () {
      yield* lock.acquire();
      return 'second';
    });
    log.push(yield* second);
    return log;
  },
);

inEachForm(
  'waiters cancelled in the middle do not disturb the order of the others',
  [
    ['a', 'd'],
    ['cancelled', 'cancelled'],
  ],
  function* () {
    const lock = new Lock();
    yield* lock.acquire();
    const log: string[] = [];
    const tasks = ['a', 'b', 'c', 'd'].map((name) =>
      createTask(function* () {
        yield* lock.acquire();
        log.push(name);
        lock.release();
      }),
    );
    yield* checkpoint();
    tasks[1]!.cancel();
    tasks[2]!.cancel();
    lock.release();
    yield* wait(tasks);
    return [log, tasks.slice(1, 3).map(outcomeOf)];
  },
);

inEachForm('a body that fails gives the lock back', ['RangeError', false], function* () {
  const lock = new Lock();
  let thrown: unknown;
  try {
    yield* lock.run(function* () {
      yield* checkpoint();
      throw new RangeError('body');
    });
  } catch (error) {
    thrown = error;
  }
  return [nameOf(thrown), lock.locked];
});

inEachForm(
  'an event cleared while tasks wait keeps them waiting, and those that come later too',
  [
    ['pending', 'pending'],
    [undefined, undefined],
  ],
  function* () {
    const event = new Event();
    event.set();
    yield* event.wait();
    event.clear();
    const waiters = [1, 2].map(() =>
      createTask(function* () {
        yield* event.wait();
      }),
    );
    yield* checkpoint();
    event.clear();
    yield* sleep(1);
    const before = waiters.map(outcomeOf);
    event.set();
    yield* wait(waiters);
    return [before, waiters.map(outcomeOf)];
  },
);

inEachForm(
  'one waiter of an event that is cancelled leaves the others waiting',
  ['cancelled', 'pending', undefined],
  function* () {
    const event = new Event();
    const waiters = [1, 2].map(() =>
      createTask(function* () {
        yield* event.wait();
      }),
    );
    yield* checkpoint();
    waiters[0]!.cancel();
    yield* sleep(1);
    const log = waiters.map(outcomeOf);
    event.set();
    yield* waiters[1]!;
    return [...log, outcomeOf(waiters[1]!)];
  },
);

inEachForm(
  'notify wakes as many as it says, the longest-waiting first, and more than there are is no mistake',
  [['a'], ['a', 'b', 'c']],
  function* () {
    const condition = new Condition();
    const log: string[] = [];
    const waiters = ['a', 'b', 'c'].map((name) =>
      createTask(function* () {
        yield* condition.run(function* () {
          yield* condition.wait();
          log.push(name);
        });
      }),
    );
    yield* checkpoint();
    yield* condition.run(function* () {
      condition.notify(1);
      yield* checkpoint();
    });
    yield* sleep(1);
    const first = [...log];
    yield* condition.run(function* () {
      condition.notify(1);
      condition.notify(2048);
      yield* checkpoint();
    });
    yield* gather(waiters);
    return [first, log];
  },
);

inEachForm('a notify nobody waits for is forgotten', 'TimeoutError', function* () {
  const condition = new Condition();
  yield* condition.acquire();
  condition.notifyAll();
  try {
    yield* waitFor(condition.wait(), 5);
  } catch (error) {
    return nameOf(error);
  }
  return '';
});

inEachForm('those that notifyAll wakes have the lock one after the other', [1, 3], function* () {
  const condition = new Condition();
  let inside = 0;
  let most = 0;
  let passed = 0;
  const waiters = [1, 2, 3].map(() =>
    createTask(function* () {
      yield* condition.run(function* () {
        yield* condition.wait();
        inside++;
        most = Math.max(most, inside);
        yield* sleep(2);
        inside--;
        passed++;
      });
    }),
  );
  yield* checkpoint();
  yield* condition.run(function* () {
    condition.notifyAll();
    yield* checkpoint();
  });
  yield* gather(waiters);
  return [most, passed];
});

inEachForm(
  'a wait that times out has the lock again before the error is seen',
  ['TimeoutError', true, false],
  function* () {
    const condition = new Condition();
    const log: unknown[] = [];
    yield* condition.run(function* () {
      try {
        yield* timeout(5, function* () {
          yield* condition.wait();
        });
      } catch (error) {
        log.push(nameOf(error), condition.locked);
      }
      yield* checkpoint();
    });
    return [...log, condition.locked];
  },
);

inEachForm(
  'a wait that is cancelled while another holds the lock ends when it has the lock, not before',
  ['pending', 'cancelled', false],
  function* () {
    const condition = new Condition();
    const waiter = createTask(function* () {
      yield* condition.acquire();
      try {
        yield* condition.wait();
      } finally {
        assert.ok(condition.locked);
        condition.release();
      }
    });
    yield* checkpoint();
    yield* condition.acquire();
    waiter.cancel();
    yield* sleep(5);
    const log = [outcomeOf(waiter)];
    condition.release();
    yield* wait([waiter]);
    return [...log, outcomeOf(waiter), condition.locked];
  },
);

inEachForm(
  'cancelled a second time while it waits for the lock, it still has the lock before it ends',
  ['pending', 'cancelled', false],
  function* () {
    const condition = new Condition();
    const waiter = createTask(function* () {
      yield* condition.acquire();
      try {
        yield* condition.wait();
      } finally {
        condition.release();
      }
    });
    yield* checkpoint();
    yield* condition.acquire();
    waiter.cancel();
    yield* sleep(1);
    waiter.cancel();
    yield* sleep(1);
    const log = [outcomeOf(waiter)];
    condition.release();
    yield* wait([waiter]);
    return [...log, outcomeOf(waiter), condition.locked];
  },
);

inEachForm(
  'a notified waiter that is cancelled while it waits for the lock passes its notification on',
  ['cancelled', 'second'],
  function* () {
    const condition = new Condition();
    const waiters = ['first', 'second'].map((name) =>
      createTask(function* () {
        yield* condition.acquire();
        try {
          yield* condition.wait();
        } finally {
          condition.release();
        }
        return name;
      }),
    );
    yield* checkpoint();
    yield* condition.acquire();
    condition.notify();
    waiters[0]!.cancel();
    condition.release();
    yield* wait(waiters);
    return waiters.map(outcomeOf);
  },
);

inEachForm(
  "waitFor gives the predicate's value, and what the predicate throws, with the lock held",
  ['value', 'RangeError', false],
  function* () {
    const condition = new Condition();
    let value = '';
    const waiter = createTask(function* () {
      return yield* condition.run(function* () {
        return yield* condition.waitFor(() => value);
      });
    });
    const failing = createTask(function* () {
      yield* condition.acquire();
      try {
        yield* condition.waitFor(() => {
          if (value !== '') throw new RangeError('predicate');
          return false;
        });
      } finally {
        assert.ok(condition.locked);
        condition.release();
      }
    });
    yield* sleep(1);
    yield* condition.run(function* () {
      value = 'value';
      condition.notifyAll();
      yield* checkpoint();
    });
    yield* wait([waiter, failing]);
    return [outcomeOf(waiter), outcomeOf(failing), condition.locked];
  },
);

inEachForm(
  'two conditions may share a lock: a notify of one does not wake the waiters of the other',
  ['woken', 'pending'],
  function* () {
    const lock = new Lock();
    const full = new Condition(lock);
    const empty = new Condition(lock);
    const onFull = createTask(function* () {
      yield* full.run(function* () {
        yield* full.wait();
      });
      return 'woken';
    });
    const onEmpty = createTask(function* () {
      yield* empty.run(function* () {
        yield* empty.wait();
      });
    });
    yield* checkpoint();
    yield* lock.run(function* () {
      full.notifyAll();
      yield* checkpoint();
    });
    yield* sleep(1);
    const outcome = [outcomeOf(onFull), outcomeOf(onEmpty)];
    onEmpty.cancel();
    return outcome;
  },
);

inEachForm(
  'wait, waitFor of something false and notify without the lock are refused',
  [
    'ERR_OXBOW_LOOP_NOT_ACQUIRED',
    'ERR_OXBOW_LOOP_NOT_ACQUIRED',
    'ERR_OXBOW_LOOP_NOT_ACQUIRED',
    'ERR_OXBOW_LOOP_NOT_ACQUIRED',
  ],
  function* () {
    const condition = new Condition();
    const codes: unknown[] = [];
    const note = (error: unknown) => codes.push((error as { code: string }).code);
    try {
      yield* condition.wait();
    } catch (error) {
      note(error);
    }
    try {
      yield* condition.waitFor(() => false);
    } catch (error) {
      note(error);
    }
    for (const call of [() => condition.notify(), () => condition.notifyAll()]) {
      try {
        call();
      } catch (error) {
        note(error);
      }
    }
    return codes;
  },
);

inEachForm(
  'a semaphore serves in the order of asking, whoever is cancelled before it is woken',
  [['cancelled', 'cancelled', 'c', 'pending'], 0],
  function* () {
    const semaphore = new Semaphore(0);
    const tasks = ['a', 'b', 'c', 'd'].map((name) =>
      createTask(function* () {
        yield* semaphore.acquire();
        return name;
      }),
    );
    yield* checkpoint();
    tasks[0]!.cancel();
    tasks[1]!.cancel();
    semaphore.release();
    yield* sleep(1);
    const outcome = [tasks.map(outcomeOf), semaphore.value];
    tasks[3]!.cancel();
    return outcome;
  },
);

inEachForm(
  'cancelled between being woken and running, a task does not keep the permit from the next',
  ['b', 1],
  function* () {
    const semaphore = new Semaphore(1);
    yield* semaphore.acquire();
    const a = createTask(function* () {
      yield* semaphore.run(function* () {
        yield* sleep(1);
      });
    });
    const b = createTask(function* () {
      return yield* semaphore.run(function* () {
        yield* checkpoint();
        return 'b';
      });
    });
    yield* checkpoint();
    semaphore.release();
    a.cancel();
    return [yield* b, semaphore.value];
  },
);

inEachForm(
  'who asks after a release does not overtake who waited before it',
  [['waiting', 'asking'], false],
  function* () {
    const semaphore = new Semaphore(1);
    const log: string[] = [];
    yield* semaphore.acquire();
    const waiting = createTask(function* () {
      yield* semaphore.acquire();
      log.push('waiting');
      semaphore.release();
    });
    yield* checkpoint();
    semaphore.release();
    const barging = semaphore.tryAcquire();
    yield* semaphore.acquire();
    log.push('asking');
    yield* waiting;
    return [log, barging];
  },
);

inEachForm('several releases at once wake as many, and the rest are counted', [['a', 'b'], 1], function* () {
  const semaphore = new Semaphore(0);
  const tasks = ['a', 'b'].map((name) =>
    createTask(function* () {
      yield* semaphore.acquire();
      return name;
    }),
  );
  yield* checkpoint();
  for (let release = 0; release < 3; release++) semaphore.release();
  return [yield* gather(tasks), semaphore.value];
});

inEachForm(
  'a plain semaphore may grow, a bounded one refuses, also while others wait for it',
  [3, 'UsageError', 1],
  function* () {
    const plain = new Semaphore(2);
    plain.release();
    const bounded = new BoundedSemaphore(1);
    const log: unknown[] = [plain.value];
    yield* bounded.acquire();
    const next = createTask(function* () {
      yield* bounded.acquire();
    });
    yield* checkpoint();
    bounded.release();
    yield* next;
    bounded.release();
    try {
      bounded.release();
    } catch (error) {
      log.push(nameOf(error));
    }
    return [...log, bounded.value];
  },
);

inEachForm(
  'the same tasks may meet at a barrier again and again, each with a place of its own',
  [
    [
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ],
    0,
  ],
  function* () {
    const barrier = new Barrier(3);
    const rounds: number[][] = [[], [], []];
    yield* gather(
      [1, 2, 3].map(() =>
        createTask(function* () {
          for (const round of rounds) round.push(yield* barrier.wait());
        }),
      ),
    );
    return [rounds.map((places) => places.sort()), barrier.waiting];
  },
);

inEachForm('more than its parties: each full set goes through, the rest waits', [4, 1], function* () {
  const barrier = new Barrier(2);
  const tasks = [1, 2, 3, 4, 5].map(() =>
    createTask(function* () {
      return yield* barrier.wait();
    }),
  );
  yield* sleep(1);
  const outcome = [tasks.filter((task) => task.done).length, barrier.waiting];
  tasks[4]!.cancel();
  return outcome;
});

inEachForm(
  'a party that gives up leaves its place, and the barrier works on',
  ['TimeoutError', [0, 1], false],
  function* () {
    const barrier = new Barrier(2);
    let thrown: unknown;
    try {
      yield* waitFor(barrier.wait(), 5);
    } catch (error) {
      thrown = error;
    }
    const places = yield* gather(
      [1, 2].map(() =>
        createTask(function* () {
          return yield* barrier.wait();
        }),
      ),
    );
    return [nameOf(thrown), places, barrier.broken];
  },
);

inEachForm(
  'reset sends away who waits, and who comes afterwards meets anew',
  [['BrokenBarrierError', 'BrokenBarrierError'], [0, 1, 2], false],
  function* () {
    const barrier = new Barrier(3);
    const early = [1, 2].map(() =>
      createTask(function* () {
        return yield* barrier.wait();
      }),
    );
    yield* checkpoint();
    barrier.reset();
    const late = [1, 2, 3].map(() =>
      createTask(function* () {
        return yield* barrier.wait();
      }),
    );
    yield* wait([...early, ...late]);
    return [early.map(outcomeOf), late.map(outcomeOf), barrier.broken];
  },
);

inEachForm(
  'let through is let through: a reset or an abort in the same tick takes nothing back',
  [[0, 1], [0, 1], true],
  function* () {
    const barrier = new Barrier(2);
    const meet = () =>
      [1, 2].map(() =>
        createTask(function* () {
          return yield* barrier.wait();
        }),
      );
    const first = meet();
    yield* checkpoint();
    barrier.reset();
    yield* wait(first);
    const second = meet();
    yield* checkpoint();
    barrier.abort();
    yield* wait(second);
    return [first.map(outcomeOf), second.map(outcomeOf), barrier.broken];
  },
);

inEachForm(
  'an aborted barrier sends everybody away, those too who come later, until it is reset',
  ['BrokenBarrierError', 'BrokenBarrierError', [0, 1]],
  function* () {
    const barrier = new Barrier(2);
    const early = createTask(function* () {
      return yield* barrier.wait();
    });
    yield* checkpoint();
    barrier.abort();
    const late = createTask(function* () {
      return yield* barrier.wait();
    });
    yield* wait([early, late]);
    barrier.reset();
    const places = yield* gather(
      [1, 2].map(() =>
        createTask(function* () {
          return yield* barrier.wait();
        }),
      ),
    );
    return [outcomeOf(early), outcomeOf(late), places];
  },
);

inEachForm(
  'cancelled twice while it waits for the lock, a notified waiter passes its one notification on once',
  ['cancelled', 'woken', 'pending'],
  function* () {
    const condition = new Condition();
    const waiters = [1, 2, 3].map(() =>
      createTask(function* () {
        yield* condition.acquire();
        try {
          yield* condition.wait();
        } finally {
          condition.release();
        }
        return 'woken';
      }),
    );
    yield* checkpoint();
    yield* condition.acquire();
    condition.notify();
    waiters[0]!.cancel();
    yield* sleep(1);
    waiters[0]!.cancel();
    yield* sleep(1);
    condition.release();
    yield* sleep(1);
    const outcome = waiters.map(outcomeOf);
    waiters[2]!.cancel();
    return outcome;
  },
);

test.run();
