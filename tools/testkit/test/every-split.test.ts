import { assert, everySplit, suite } from '@oxbow/testkit';

const test = suite('everySplit');

test('cuts at every position, the two ends included, and then feeds byte by byte', () => {
  const seen: string[] = [];
  everySplit(Uint8Array.of(1, 2), (chunks) => seen.push(chunks.map((chunk) => chunk.join('-')).join('|')));
  assert.equal(seen, ['|1-2', '1|2', '1-2|', '1|2']);
});

test('feeds copies, of a Buffer too', () => {
  const bytes = Buffer.from([1, 2, 3]);
  everySplit(bytes, (chunks) => {
    for (const chunk of chunks) chunk.fill(0);
  });
  assert.equal([...bytes], [1, 2, 3]);
});

test('names the cut at which a parser failed', () => {
  const failAt = (cut: number) => () =>
    everySplit(Uint8Array.of(1, 2, 3), (_, at) => {
      if (at === cut) throw new Error('wrong result');
    });
  assert.throws(failAt(2), 'cut at byte 2 of 3: wrong result');
  assert.throws(failAt(4), 'fed byte by byte: wrong result');
});

test('waits for a round before the next when the parser is asynchronous', async () => {
  let running = 0;
  let rounds = 0;
  await everySplit(Uint8Array.of(1, 2, 3), async () => {
    running += 1;
    assert.is(running, 1);
    await Promise.resolve();
    running -= 1;
    rounds += 1;
  });
  assert.is(rounds, 5);
});

test('names the cut of an asynchronous failure', async () => {
  const failing = everySplit(Uint8Array.of(1), async (_, cut) => {
    if (cut === 1) throw new Error('wrong result');
  });
  await failing.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'cut at byte 1 of 1: wrong result'),
  );
});

test('feeds an empty input once as two empty chunks and once as none', () => {
  const counts: number[] = [];
  everySplit(new Uint8Array(0), (chunks) => counts.push(chunks.length));
  assert.equal(counts, [2, 0]);
});

test.run();
