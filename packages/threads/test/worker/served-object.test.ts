import { EventEmitter } from 'node:events';
import { assert, suite } from '@oxbow/testkit';
import type { ObjectDescription } from '../../src/call/object-description.ts';
import { type Callable, ServedObject } from '../../src/worker/served-object.ts';

const test = suite('the object that a worker holds');

class Base {
  inherited(): string {
    return 'inherited';
  }
}

class Thing extends Base {
  readonly word: string;
  own = (): string => this.word;

  constructor(word: string) {
    super();
    this.word = word;
  }

  get computed(): string {
    return this.word;
  }

  say(more: string): string {
    return this.word + more;
  }
}

function serve(): { served: ServedObject; emitted: unknown[] } {
  const emitted: unknown[] = [];
  return { served: new ServedObject((event, args) => emitted.push([event, args])), emitted };
}

const make = async (served: ServedObject, made: unknown, ...args: unknown[]): Promise<ObjectDescription> =>
  (await served.maker(made as Callable, 'Thing')(...args)) as ObjectDescription;

test('a class is called by new; its methods are named, inherited and own ones, and nothing else', async () => {
  const { served } = serve();
  const { methods, emits } = await make(served, Thing, 'a');
  assert.equal([[...methods].sort(), emits], [['inherited', 'own', 'say'], false]);
  assert.is(served.method('say')('b'), 'ab');
  assert.is(served.method('own')(), 'a');
});

test('a function is called as it is, and may give a promise', async () => {
  const { served } = serve();
  await make(served, async (word: string) => new Thing(word), 'b');
  assert.is(served.method('say')('!'), 'b!');
});

test('what is no method is refused with the nearest name', async () => {
  const { served } = serve();
  await make(served, Thing, 'a');
  assert.throws(() => served.method('sya')(), 'has no method "sya": did you mean "say"?');
  assert.throws(() => served.method('computed')(), 'it has own, say, inherited');
});

test('is closed by close, or as at the end of a using block, or not at all', async () => {
  const log: string[] = [];
  const closers = [
    { close: () => log.push('close'), [Symbol.dispose]: () => log.push('never') },
    { [Symbol.asyncDispose]: () => log.push('async'), [Symbol.dispose]: () => log.push('never') },
    { [Symbol.dispose]: () => log.push('sync') },
    {},
  ];
  for (const closer of closers) {
    const { served } = serve();
    await make(served, () => closer);
    served.close();
  }
  assert.equal(log, ['close', 'async', 'sync']);
  serve().served.close();
});

test('events are sent while somebody listens, once for each', async () => {
  const { served, emitted } = serve();
  const emitter = new EventEmitter();
  const { emits, methods } = await make(served, () => emitter);
  assert.equal([emits, methods], [true, []]);
  emitter.emit('e', 0);
  served.listen('e', true);
  served.listen('e', true);
  emitter.emit('e', 1, 'more');
  emitter.emit('other', 1);
  served.listen('e', false);
  served.listen('e', false);
  emitter.emit('e', 2);
  assert.equal(emitted, [['e', [1, 'more']]]);
});

test.run();
