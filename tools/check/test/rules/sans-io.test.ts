import { assert, suite } from '@oxbow/testkit';
import { sansIo } from '../../src/rules/sans-io.ts';
import { audit } from '../made-up-tree.ts';

const inProtocol = (text: string): readonly string[] =>
  audit(sansIo, { 'packages/websocket/src/protocol/frame.ts': text });

const test = suite('sans-io');

test('lets a pure file pass, with names and properties that only look like the world', () => {
  const text = [
    "import { mask } from './mask.ts';",
    "import type { Event } from './events/event.ts';",
    '// await new Promise(setTimeout)',
    "const words = 'Date console process';",
    'function process(console: number) { return console + this.fetch + { Date: 1 }.Date; }',
    'class Frame { setTimeout() {} }',
    'for (const x of y) f(x);',
    'const { fetch, a: [require] } = g(...h); fetch(require);',
    'let when: Frame.Date;',
    'Math.floor(1);',
  ].join('\n');
  assert.equal(inProtocol(text), []);
});

test('refuses imports from outside the folder, types too', () => {
  const text = "import '../errors.ts';\nimport type { Socket } from 'node:net';\nimport { map } from 'rxjs';";
  assert.equal(
    inProtocol(text).map((line) => line.replace(/ as a parameter.*/, '')),
    [
      "packages/websocket/src/protocol/frame.ts:1 hand '../errors.ts' in",
      "packages/websocket/src/protocol/frame.ts:2 hand 'node:net' in",
      "packages/websocket/src/protocol/frame.ts:3 hand 'rxjs' in",
    ],
  );
});

test('refuses async functions, await and for await', () => {
  assert.match(inProtocol('export async function f() {}')[0] ?? '', 'synchronous');
  assert.match(inProtocol('await f();')[0] ?? '', 'do not await');
  assert.match(inProtocol('for await (const x of y) z(x);')[0] ?? '', 'do not await');
});

for (const [text, what] of [
  ['Date.now();', 'the clock'],
  ['performance.now();', 'the clock'],
  ['setTimeout(f, 1);', 'the clock'],
  ['const when: Date = d;', 'the clock'],
  ['crypto.getRandomValues(b);', 'randomness'],
  ['Math.random();', 'randomness'],
  ['console.log(1);', 'logging'],
  ['process.env.A;', 'the process'],
  ['const p: Promise<void> = q;', 'async'],
  ['queueMicrotask(f);', 'async'],
  ["fetch('a');", 'I/O'],
  ['const world = { console };', 'logging'],
  ['table[process];', 'the process'],
  ['const key = { [Date]: 1 };', 'the clock'],
] as const) {
  test(`refuses ${text}`, () => {
    const found = inProtocol(text);
    assert.is(found.length, 1);
    assert.match(found[0] ?? '', what);
  });
}

test('looks at protocol folders only', () => {
  assert.equal(audit(sansIo, { 'packages/websocket/src/server/clock.ts': 'Date.now();' }), []);
});

test.run();
