import { assert, suite } from '@oxbow/testkit';
import { type Coroutine, call, createTask, gather, race, sleep, timeout, waitFor } from '../../src/index.ts';
import { startDirectly } from '../../src/lowlevel.ts';
import { virtually } from '../forms.ts';

const test = suite('a generator runs once');

function* counted(): Coroutine<string> {
  yield* sleep(1);
  yield* sleep(1);
  return 'done';
}

/** Each runs a generator that is given to it. */
const runners: Record<string, (generator: Coroutine<string>) => PromiseLike<string>> = {
  'createTask(() => generator)': (generator) => createTask(() => generator),
  'call(generator)': (generator) => call(generator),
  'call(generator) in a generator': (generator) =>
    createTask(function* () {
      return yield* call(generator);
    }),
  'timeout(ms, () => generator)': (generator) => timeout(1000, () => generator),
  'gather(generator)': (generator) => gather(generator).then(([value]) => value),
  'race(generator)': (generator) => race(generator),
  'waitFor(generator, ms)': (generator) => waitFor(generator, 1000),
  startDirectly: (generator) => startDirectly(generator),
};

for (const [first, runFirst] of Object.entries(runners)) {
  for (const [second, runSecond] of Object.entries(runners)) {
    test(`given to ${first} and to ${second}: the first runs it, the second is refused`, async () => {
      await virtually(async () => {
        const generator = counted();
        const running = runFirst(generator).then((value) => value);
        await sleep(1);
        let refused: unknown;
        try {
          await runSecond(generator);
        } catch (error) {
          refused = error;
        }
        assert.is((refused as { code?: string }).code, 'ERR_OXBOW_LOOP_GENERATOR_TAKEN');
        assert.is(await running, 'done');
        // Ended, it is refused as well.
        const late = await Promise.resolve()
          .then(() => runSecond(generator))
          .then(
            () => 'ran',
            (error: { code: string }) => error.code,
          );
        assert.is(late, 'ERR_OXBOW_LOOP_GENERATOR_TAKEN');
      });
    });
  }
}

test('given twice to one gather it runs once', async () => {
  await virtually(async () => {
    const generator = counted();
    assert.equal(await gather(generator, generator), ['done', 'done']);
  });
});

test.run();
