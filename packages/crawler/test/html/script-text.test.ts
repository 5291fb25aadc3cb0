import { assert, suite } from '@oxbow/testkit';
import { isScriptState, readScript, type ScriptState } from '../../src/html/script-text.ts';

/** Where the script ends in a text given in pieces; -1 when it does not. */
function endOf(...pieces: readonly string[]): number {
  let state: ScriptState = 'script';
  let text = '';
  let dropped = 0;
  for (const piece of pieces) {
    text += piece;
    const read = readScript(text, 0, state);
    if (read.isEnded) return dropped + read.position;
    state = read.state;
    dropped += read.position;
    text = text.slice(read.position);
  }
  return -1;
}

const CASES: readonly (readonly [text: string, end: number])[] = [
  ['x</script>', 1],
  ['</scripts></SCRIPT x', 10],
  ['<!--</script>', 4],
  ['<!--<script></script>--></script>', 24],
  ['<!--<script></script></script>', 21],
  ['<!-->', -1],
  ['<!--><script></script>', 13],
  ['<!--<script>', -1],
];

const test = suite('§13.2.5.15 script data');
test('ends at its end tag, unless <!-- and <script hide it', () => {
  for (const [text, end] of CASES) assert.is(endOf(text), end, text);
});
test('does not depend on how the text is cut', () => {
  for (const [text, end] of CASES) {
    for (let at = 0; at <= text.length; at++)
      assert.is(endOf(text.slice(0, at), text.slice(at)), end, `${text} at ${at}`);
  }
});
test('knows its states by name', () =>
  assert.equal(['script', 'script-escaped', 'style'].map(isScriptState), [true, true, false]));
test.run();
