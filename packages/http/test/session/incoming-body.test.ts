import { gzipSync } from 'node:zlib';
import { assert, suite } from '@oxbow/testkit';
import {
  type BodySource,
  HELD_BYTES,
  IncomingBody,
  type PieceReader,
  type WholeBodyReader,
} from '../../src/session/incoming-body.ts';

const test = suite('an incoming body');

class Source implements BodySource {
  readonly calls: string[] = [];
  pauseBody(): void {
    this.calls.push('pause');
  }
  resumeBody(): void {
    this.calls.push('resume');
  }
  hurryBody(): void {
    this.calls.push('hurry');
  }
  abortBody(): void {
    this.calls.push('abort');
  }
}

class Whole implements WholeBodyReader {
  text: string | undefined;
  error: { code?: string; message: string } | undefined;
  onBody(bytes: Buffer): void {
    this.text = bytes.toString();
  }
  onBodyError(error: unknown): void {
    this.error = error as Error;
  }
}

class Pieces implements PieceReader {
  readonly got: string[] = [];
  ended: unknown = 'not yet';
  onPiece(chunk: Buffer): void {
    this.got.push(chunk.toString());
  }
  onEnd(error: Error | undefined): void {
    this.ended = error;
  }
}

function incoming(options: { codings?: string[]; length?: number; limit?: number } = {}) {
  const source = new Source();
  const body = new IncomingBody(source, options.codings, options.length, options.limit);
  return { source, body, send: (text: string) => body.onEncoded(Buffer.from(text)) };
}

test('what comes before the reader is kept for it', () => {
  const { body, send } = incoming();
  const reader = new Whole();
  send('a');
  body.collect(reader);
  send('b');
  assert.is(reader.text, undefined);
  body.onEncodedEnd();
  assert.is(reader.text, 'ab');
});

test('a reader that comes after the end gets it at once, whole or in pieces', () => {
  for (const whole of [true, false]) {
    const { body, send } = incoming();
    send('a');
    send('b');
    body.onEncodedEnd();
    const reader = new Whole();
    const pieces = new Pieces();
    if (whole) body.collect(reader);
    else body.attach(pieces);
    assert.is(whole ? reader.text : pieces.got.join(''), 'ab');
    if (!whole) assert.is(pieces.ended, undefined);
  }
});

test(`${HELD_BYTES} bytes are held, then the sender is paused until a reader comes`, () => {
  const { body, source } = incoming();
  body.onEncoded(Buffer.alloc(HELD_BYTES - 1));
  assert.equal(source.calls, []);
  body.onEncoded(Buffer.alloc(1));
  assert.equal(source.calls, ['pause']);
  assert.ok(body.isUnread);
  body.collect(new Whole());
  assert.equal(source.calls, ['pause', 'resume']);
  assert.not(body.isUnread);
});

test('a limit is kept to the byte', () => {
  const exact = incoming({ limit: 3 });
  const reader = new Whole();
  exact.body.collect(reader);
  exact.send('abc');
  exact.body.onEncodedEnd();
  assert.is(reader.text, 'abc');

  const over = incoming({ limit: 3 });
  const refused = new Whole();
  over.body.collect(refused);
  over.send('abcd');
  assert.is(refused.error?.code, 'ERR_OXBOW_HTTP_BODY_TOO_LARGE');
  assert.equal(over.source.calls, ['abort']);
});

test('a body announced as too long is refused before it comes', () => {
  const { body, source } = incoming({ length: 1000, limit: 999 });
  const reader = new Whole();
  body.collect(reader);
  assert.match(reader.error?.message ?? '', '1000 bytes or more');
  assert.equal(source.calls, ['abort']);
});

test('a failure reaches the reader that is there, or the one that comes', () => {
  for (const early of [true, false]) {
    const { body, send } = incoming();
    const reader = new Whole();
    if (early) body.collect(reader);
    send('a');
    body.onFailed(new Error('cut'));
    body.onFailed(new Error('again'));
    if (!early) body.collect(reader);
    assert.is(reader.error?.message, 'cut');
  }
});

test('pause and resume travel to the sender, once each', () => {
  const { body, source, send } = incoming();
  const pieces = new Pieces();
  body.attach(pieces);
  body.pause();
  body.pause();
  body.resume();
  body.resume();
  assert.equal(source.calls, ['pause', 'resume']);
  send('x');
  assert.equal(pieces.got, ['x']);
});

test('discarding swallows a small rest and closes on a large one', () => {
  const small = incoming({ length: 10 });
  small.body.discard();
  small.send('0123456789');
  small.body.onEncodedEnd();
  assert.equal(small.source.calls, ['hurry']);

  const announced = incoming({ length: HELD_BYTES + 1 });
  announced.body.discard();
  assert.equal(announced.source.calls, ['abort']);

  const unannounced = incoming();
  unannounced.body.discard();
  unannounced.body.onEncoded(Buffer.alloc(HELD_BYTES));
  assert.equal(unannounced.source.calls, ['hurry']);
  unannounced.body.onEncoded(Buffer.alloc(1));
  assert.equal(unannounced.source.calls, ['hurry', 'abort']);
});

test('a discarded body says why it cannot be read', () => {
  const { body } = incoming();
  body.abort('somebody had enough');
  const reader = new Whole();
  body.collect(reader);
  assert.match(reader.error?.message ?? '', 'somebody had enough');
});

test('decoded bytes are what is counted', async () => {
  const { body } = incoming({ codings: ['gzip'], limit: 999 });
  const reader = new Whole();
  body.collect(reader);
  body.onEncoded(gzipSync('x'.repeat(1000)));
  body.onEncodedEnd();
  while (reader.error === undefined && reader.text === undefined)
    await new Promise((resolve) => setImmediate(resolve));
  assert.is(reader.error?.code, 'ERR_OXBOW_HTTP_BODY_TOO_LARGE');
});

test('too many codings are the error of whoever reads', () => {
  const { body } = incoming({ codings: ['gzip', 'gzip', 'gzip', 'gzip'] });
  body.onEncoded(Buffer.from('x'));
  body.onEncodedEnd();
  const reader = new Whole();
  body.collect(reader);
  assert.is(reader.error?.code, 'ERR_OXBOW_HTTP_TOO_MANY_CODINGS');
});

test('an abandoned body that fits into what is held stays readable', () => {
  const { body, source, send } = incoming();
  send('a');
  body.abandon();
  assert.equal(source.calls, ['hurry']);
  send('b');
  body.onEncodedEnd();
  const reader = new Whole();
  body.collect(reader);
  assert.is(reader.text, 'ab');
});

test('an abandoned body is closed as soon as it is more than what is held, and says why it cannot be read', () => {
  for (const full of [true, false]) {
    const { body, source, send } = incoming();
    if (full) send('x'.repeat(HELD_BYTES));
    body.abandon();
    if (!full) {
      send('x'.repeat(HELD_BYTES - 1));
      assert.equal(source.calls, ['hurry']);
      send('x');
    }
    assert.is(source.calls.at(-1), 'abort');
    const reader = new Whole();
    body.collect(reader);
    assert.is(reader.error?.code, 'ERR_OXBOW_HTTP_BODY_DISCARDED');
    assert.match(reader.error?.message ?? '', 'await the request');
  }
});

test('an abandoned body that is read after all is read whole, in its own time', () => {
  const { body, source, send } = incoming();
  send('a');
  body.abandon();
  const reader = new Whole();
  body.collect(reader);
  assert.equal(source.calls, ['hurry', 'resume']);
  send('x'.repeat(2 * HELD_BYTES));
  body.onEncodedEnd();
  assert.is(reader.text?.length, 2 * HELD_BYTES + 1);
});

test.run();
