// covers: src/task/operation.ts
import { assert, suite } from '@oxbow/testkit';
import {
  Barrier,
  CancelScope,
  CapacityLimiter,
  Condition,
  ContextVar,
  createTask,
  Event,
  EventLoop,
  Future,
  LifoQueue,
  Lock,
  Queue,
  Semaphore,
  sleep,
  TaskGroup,
} from '../src/index.ts';
import { virtually } from './forms.ts';

const test = suite('behind reactive proxies');

/** As Vue's reactive(): a Proxy around every object, unless it is marked. */
function reactive<T extends object>(value: T): T {
  if (Reflect.get(value, '__v_skip')) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const found = Reflect.get(target, key) as unknown;
      return typeof found === 'object' && found !== null ? reactive(found) : found;
    },
  });
}

test('instances in the state of a page work as they are', async () => {
  await virtually(async () => {
    const state = reactive({
      queue: new Queue<number>(),
      lock: new Lock(),
      task: createTask(() => sleep(1)),
    });
    const got = createTask(async () => await state.queue.get());
    await sleep(1);
    state.queue.putNoWait(7);
    assert.is(await got, 7);
    await state.lock.run(async () => assert.ok(state.lock.locked));
    await state.task;
    assert.ok(state.task.done);
  });
});

test('all that wait or synchronise are marked, and show no mark', async () => {
  await virtually(async () => {
    const instances = [
      new Barrier(2),
      new CancelScope(),
      new CapacityLimiter(1),
      new Condition(),
      new ContextVar('name'),
      new Event(),
      new EventLoop(),
      new Future(),
      new LifoQueue(),
      new Lock(),
      new Queue(),
      new Semaphore(1),
      new TaskGroup(),
      createTask(() => 1),
      sleep(0),
    ];
    for (const instance of instances) {
      assert.is(reactive(instance as object), instance, instance.constructor.name);
      assert.not(Object.keys(instance).includes('__v_skip'));
    }
  });
});

test.run();
