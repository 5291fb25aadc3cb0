import { assert, everySplit, suite } from '@oxbow/testkit';
import { fileMark, MarkReader } from '../src/file-mark.ts';

const test = suite('marks in the output');

function read(chunks: readonly Uint8Array[]): { outputs: string[]; marks: number[] } {
  const outputs: string[] = [];
  const marks: number[] = [];
  const reader = new MarkReader(
    (index, chunk) => (outputs[index] = (outputs[index] ?? '') + chunk),
    (index) => marks.push(index),
  );
  for (const chunk of chunks) reader.write(Buffer.from(chunk));
  reader.end();
  return { outputs, marks };
}

test('divide it among the files, wherever it is cut', () => {
  const bytes = Buffer.from(`one\n${fileMark(1)}two${fileMark(12)}three\n`);
  everySplit(bytes, (chunks) => {
    const { outputs, marks } = read(chunks);
    assert.equal([outputs[0], outputs[1], outputs[12]], ['one\n', 'two', 'three\n']);
    assert.equal(marks, [1, 12]);
  });
});

test('leave what only looks like one in the output', () => {
  const edge = fileMark(0)[0] ?? '';
  const odd = `${edge}x${edge}12${edge}${edge}1`;
  everySplit(Buffer.from(odd), (chunks) => assert.equal(read(chunks), { outputs: [odd], marks: [] }));
});

test.run();
