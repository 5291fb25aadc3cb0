// covers: src/stream.ts, src/emitter.ts, src/from/stream-input.ts
/** What an Observable promises, promised by Stream: the same programs, the same logs. */

import { Stream } from '@oxbow/stream';
import * as door from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import * as stock from 'rxjs';
import { OPERATOR_CATALOG, type Operators } from '../fixtures/operator-catalog.ts';
import { PROGRAMS, type Program } from './observable-programs.ts';

const test = suite('Stream in the place of Observable');
const OURS = { ...stock, ...door } as unknown as Operators;

async function logOf(program: Program, C: unknown, operators: unknown): Promise<string[]> {
  const lines: string[] = [];
  await program(C as never, (...notes) => void lines.push(notes.map(String).join(' ')), operators as never);
  return lines;
}

for (const [title, program] of Object.entries(PROGRAMS)) {
  test(title, async () => {
    const expected = await logOf(program, stock.Observable, stock);
    assert.equal(await logOf(program, Stream, stock), expected, 'Stream, stock operators');
    assert.equal(await logOf(program, Stream, OURS), expected, 'Stream, operators of the door');
  });
}

test('a synchronous source behind any operator is left as soon as it is with RxJS, or sooner', () => {
  const emittedBy = (C: typeof stock.Observable, operators: Operators, name: string): number[] => {
    const entry = OPERATOR_CATALOG.find((candidate) => candidate.name === name);
    const emitted: number[] = [];
    const source = new C<number>((out) => {
      for (let i = 0; !out.closed && i < 10; i++) {
        emitted.push(i);
        out.next(i);
      }
    });
    source
      .pipe(entry?.make(operators) as never, stock.take(3))
      .subscribe({ error: () => {} })
      .unsubscribe();
    return emitted;
  };
  for (const { name } of OPERATOR_CATALOG) {
    const expected = emittedBy(stock.Observable, stock as never, name);
    assert.equal(emittedBy(Stream as never, stock as never, name), expected, `${name} of rxjs`);
    const emitted = emittedBy(Stream as never, OURS, name);
    assert.equal(emitted, expected.slice(0, emitted.length), `${name} of the door`);
  }
});

test('every operator of the door makes a Stream of a Stream', () => {
  for (const { name, make } of OPERATOR_CATALOG) {
    if (name in door) assert.instance(Stream.from([1, 2]).pipe(make(OURS)), Stream, name);
  }
});

test.run();
