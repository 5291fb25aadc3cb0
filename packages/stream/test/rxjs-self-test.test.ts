// covers: src/rxjs-inside.ts
import { assert, suite } from '@oxbow/testkit';
import { Observable } from 'rxjs';
import { checkRxjs } from '../src/rxjs-self-test.ts';

const test = suite('the self-test of rxjs');

test('passes for the rxjs that is installed, and again', () => {
  const registry = {};
  checkRxjs(Observable, registry);
  checkRxjs(Observable, registry);
});

test('an rxjs whose subscribers are not linked is unfit, and the error says what to install', () => {
  // What a hand-made Observable does to the chain: a fresh observer in the middle.
  class Unlinked extends Observable<unknown> {
    override pipe(): never {
      return new Observable((out) => this.subscribe({ next: (value) => out.next(value) })) as never;
    }
  }
  assert.throws(
    () => checkRxjs(Unlinked as never, {}),
    (error: { code: string; message: string }) =>
      error.code === 'ERR_OXBOW_STREAM_RXJS_UNFIT' && error.message.includes('^7.8.1'),
  );
});

test('an rxjs that does not start sources by _subscribe, or lift by operator and source, is unfit', () => {
  class Other extends Observable<unknown> {
    override subscribe(): never {
      return undefined as never;
    }
  }
  assert.throws(
    () => checkRxjs(Other as never, {}),
    (error: { message: string }) => /it does not hold that its subscribers are linked/.test(error.message),
  );
  class Sourceless extends Observable<unknown> {
    constructor() {
      super();
      Object.defineProperty(this, 'source', { get: () => undefined, set() {} });
    }
  }
  assert.throws(
    () => checkRxjs(Sourceless as never, {}),
    (error: { message: string }) => /it does not hold that a lifted one subscribes/.test(error.message),
  );
});

test('an rxjs without pipe, as version 9 has it, is unfit', () => {
  class Next {}
  assert.throws(
    () => checkRxjs(Next as never, {}),
    (error: { code: string }) => error.code === 'ERR_OXBOW_STREAM_RXJS_UNFIT',
  );
});

test('a second copy of rxjs in one process is refused', () => {
  const registry = { [Symbol.for('@oxbow/stream.rxjs')]: class Observable {} };
  assert.throws(
    () => checkRxjs(Observable, registry),
    (error: { code: string; message: string }) =>
      error.code === 'ERR_OXBOW_STREAM_RXJS_DUPLICATE' && error.message.includes('npm ls rxjs'),
  );
});

test.run();
