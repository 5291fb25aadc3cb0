import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { newEntry } from '../../src/frontier/entry.ts';
import { LogFile } from '../../src/frontier/log-file.ts';
import { recordBytes, textAt, urlOf } from '../../src/frontier/log-records.ts';

const test = suite('LogFile');
let folder: string;
let path: string;
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oxbow-log-'));
});
test.before.each(() => {
  path = join(folder, `${Math.random()}.log`);
});
test.after(() => rm(folder, { recursive: true, force: true }));

/** Every text of a log, in order. */
async function textsOf(log: LogFile): Promise<string[]> {
  const texts: string[] = [];
  for await (const { bytes, from, to } of log.frames())
    for (let at = from; at < to; at += recordBytes(bytes, at)) texts.push(textAt(bytes, at));
  return texts;
}

/** A log with one frame for each text; gives where each frame ends. */
async function logOf(...texts: string[]): Promise<number[]> {
  const log = await LogFile.open(path, true);
  await textsOf(log);
  const ends: number[] = [];
  for (const text of texts) {
    log.writer.text('rules', text);
    await log.commit();
    ends.push((await stat(path)).size);
  }
  await log.close();
  return ends;
}

async function readTexts(): Promise<string[]> {
  const log = await LogFile.open(path, false);
  try {
    return await textsOf(log);
  } finally {
    await log.close();
  }
}

const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

test('gives back what was committed, in order, the next time too', async () => {
  await logOf('a', 'b'.repeat(100));
  assert.equal(await readTexts(), ['a', 'b'.repeat(100)]);
  assert.equal(await readTexts(), ['a', 'b'.repeat(100)]);
});
test('cuts a last frame that is torn, at every byte, and goes on behind the one before', async () => {
  const [first, last] = await logOf('first', 'last');
  const whole = await readFile(path);
  for (let size = first!; size < last!; size++) {
    await writeFile(path, whole.subarray(0, size));
    assert.equal(await readTexts(), ['first']);
    assert.is((await stat(path)).size, first);
  }
  const log = await LogFile.open(path, false);
  assert.equal(await textsOf(log), ['first']);
  log.writer.text('rules', 'next');
  await log.close();
  assert.equal(await readTexts(), ['first', 'next']);
});
test('cuts a last frame of which the disk kept only zeros, or wrong bytes', async () => {
  const [first] = await logOf('first', 'last');
  const whole = await readFile(path);
  const zeros = Buffer.from(whole);
  zeros.fill(0, first);
  const wrong = Buffer.from(whole);
  wrong[wrong.length - 1]! ^= 1;
  for (const bytes of [zeros, wrong]) {
    await writeFile(path, bytes);
    assert.equal(await readTexts(), ['first']);
  }
});
test('refuses a broken frame with a whole one behind it, and leaves the file as it is', async () => {
  const [first, second] = await logOf('first', 'second', 'third');
  const whole = await readFile(path);
  for (const at of [first!, first! + 4, second! - 1]) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 0x40;
    await writeFile(path, damaged);
    assert.match(await messageOf(readTexts()), `damaged at byte ${first}`);
    assert.ok((await readFile(path)).equals(damaged));
  }
});
test('begins a file anew that was left while its head was written, and refuses every other short one', async () => {
  await logOf();
  const head = await readFile(path);
  for (const size of [0, 3, 8, 63]) {
    await writeFile(path, head.subarray(0, size));
    assert.equal(await readTexts(), []);
    assert.is((await stat(path)).size, 64);
  }
  await writeFile(path, 'mine');
  assert.match(await messageOf(readTexts()), 'a file of something else');
  assert.is(await readFile(path, 'utf8'), 'mine');
});
test('refuses a newer version, and a head that is damaged', async () => {
  await logOf('a');
  const bytes = await readFile(path);
  bytes[8] = 9;
  await writeFile(path, bytes);
  assert.match(await messageOf(readTexts()), 'has version 9 of the frontier');
  bytes[8] = 1;
  bytes[20]! ^= 1;
  await writeFile(path, bytes);
  assert.match(await messageOf(readTexts()), 'its head is damaged');
});
test('reads records wherever they are: on the disk, across blocks, on their way, and not yet written', async () => {
  const log = await LogFile.open(path, true);
  await textsOf(log);
  const urls = Array.from({ length: 3000 }, (_, index) => `http://h/${index}/${'x'.repeat(index % 1500)}`);
  const places: number[] = [];
  const commits: Promise<void>[] = [];
  for (const [index, url] of urls.entries()) {
    places.push(log.placeOf(log.writer.url(newEntry({ url }), [index, 0], 0)));
    if (index % 1000 === 999) commits.push(log.commit());
    if (index === 1500) await commits[0];
  }
  const read = async (index: number) => {
    return urlOf(await log.record(places[index]!), 0);
  };
  for (const index of [0, 999, 1000, 1999, 2999]) assert.is(await read(index), urls[index]);
  await Promise.all(commits);
  for (let index = 0; index < urls.length; index++) assert.is(await read(index), urls[index]);
  for (let index = urls.length - 1; index >= 0; index -= 7) assert.is(await read(index), urls[index]);
  await log.close();
});
test('reads what was added to a block that was read before', async () => {
  const log = await LogFile.open(path, true);
  await textsOf(log);
  const write = async (url: string) => {
    const place = log.placeOf(log.writer.url(newEntry({ url }), [1, 1], 0));
    await log.commit();
    assert.is(urlOf(await log.record(place), 0), url);
  };
  for (let count = 0; count < 50; count++) await write(`http://h/${'y'.repeat(count * 3)}`);
  await log.close();
});
test('takes a frame of as many bytes as it may have, and not one more', async () => {
  const open = async () => {
    const log = await LogFile.open(path, true, { maxFrameBytes: 16 + 8 + 8 });
    await textsOf(log);
    return log;
  };
  const log = await open();
  log.writer.text('rules', '12345678');
  await log.commit();
  log.writer.text('rules', '123456789');
  assert.match(await messageOf(log.commit()), 'the most is 32');
  // What was refused is not in the file, and nothing behind it is written either.
  log.writer.text('rules', '1');
  assert.match(await messageOf(log.commit()), 'the most is 32');
  await log.close().catch(() => {});
  assert.equal(await readTexts(), ['12345678']);
});
test('grows to as many bytes as it may have, and not further', async () => {
  const log = await LogFile.open(path, true, { maxLogBytes: 64 + 2 * 32 });
  await textsOf(log);
  for (const text of ['one', 'two']) {
    log.writer.text('rules', `${text}45678`);
    await log.commit();
  }
  log.writer.text('rules', 'three');
  assert.match(await messageOf(log.commit()), 'the most is 128');
  await log.close().catch(() => {});
  assert.equal(await readTexts(), ['one45678', 'two45678']);
});
test.run();
