import { msgpack } from '@oxbow/codec/msgpack';
import { assert, suite } from '@oxbow/testkit';
import { readCommand } from '../src/live-feed.ts';

const read = (value: unknown) => readCommand(msgpack<unknown>().encode(value));

const test = suite('the commands of a page');

test('are read with their values', () => {
  for (const kind of ['pause', 'resume', 'stop', 'snapshot'] as const) assert.equal(read({ kind }), { kind });
  assert.equal(read({ kind: 'retry', failure: 'network' }), { kind: 'retry', failure: 'network' });
  assert.equal(read({ kind: 'tune', concurrency: 1024, delayMs: 0 }), {
    kind: 'tune',
    concurrency: 1024,
    delayMs: 0,
  });
  assert.equal(read({ kind: 'tune', delayMs: 86_400_000 }), { kind: 'tune', delayMs: 86_400_000 });
});

test('what is none, or has values out of their range, changes nothing', () => {
  for (const value of [
    null,
    7,
    'stop',
    {},
    { kind: 'constructor' },
    { kind: 'retry' },
    { kind: 'retry', failure: 'x'.repeat(41) },
    { kind: 'tune', concurrency: 0 },
    { kind: 'tune', concurrency: 1025 },
    { kind: 'tune', concurrency: 1.5 },
    { kind: 'tune', delayMs: -1 },
    { kind: 'tune', delayMs: 86_400_001 },
    { kind: 'tune', delayMs: Number.NaN },
    { kind: 'tune', concurrency: '4' },
  ])
    assert.is(read(value), undefined, JSON.stringify(value));
  assert.is(readCommand('stop'), undefined);
  assert.is(readCommand(new Uint8Array([0xc1, 0xff])), undefined);
});

test.run();
