import { assert, suite } from '@oxbow/testkit';
import { readableFrames } from '../../src/debug/live-stack.ts';

const test = suite('live stacks');

const urls = new Map([
  ['1', 'file:///app/main.ts'],
  ['2', 'node:internal/timers'],
  ['3', new URL('../../src/scheduler/event-loop.ts', import.meta.url).href],
]);
const frame = (functionName: string, scriptId: string) => ({
  functionName,
  location: { scriptId, lineNumber: 9, columnNumber: 4 },
});

test('show the program with lines and columns from 1, and leave out the loop below it', () => {
  assert.equal(
    readableFrames([frame('scan', '1'), frame('', '1'), frame('#pump', '3'), frame('tick', '2')], urls),
    ['scan (/app/main.ts:10:5)', '(anonymous) (/app/main.ts:10:5)'],
  );
});

test("keep Node's own where the program has called it", () => {
  assert.equal(readableFrames([frame('readSync', '2'), frame('load', '1')], urls), [
    'readSync (node:internal/timers:10:5)',
    'load (/app/main.ts:10:5)',
  ]);
});

test('are empty when nothing is of the program, and 20 frames at most', () => {
  assert.equal(readableFrames([frame('tick', '2')], urls), []);
  assert.is(readableFrames(new Array(21).fill(frame('deep', '1')), urls).length, 20);
  assert.equal(readableFrames([frame('lost', '99')], urls), ['lost (native:10:5)']);
});

test.run();
