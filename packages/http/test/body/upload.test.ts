import { assert, suite } from '@oxbow/testkit';
import {
  type BodyInput,
  bodyUpload,
  formUpload,
  jsonUpload,
  type Upload,
  UploadStream,
} from '../../src/body/upload.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';

const test = suite('request bodies');

async function sent(upload: Upload): Promise<string> {
  const { payload } = upload.open();
  if (!(payload instanceof UploadStream)) return Buffer.from(payload as string).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of payload) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('JSON has its type, and can be sent again', async () => {
  const upload = jsonUpload({ a: ['ä'] });
  assert.is(upload.open().contentType, 'application/json');
  assert.ok(upload.isReplayable);
  assert.is(await sent(upload), '{"a":["ä"]}');
});

test('what has no JSON form is refused', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  assert.is(thrownBy(() => jsonUpload(circle)).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
  assert.is(thrownBy(() => jsonUpload(() => 1)).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
});

test('a form is URL-encoded', async () => {
  const upload = formUpload({ a: 'x y', b: 1, c: true });
  assert.is(upload.open().contentType, 'application/x-www-form-urlencoded;charset=UTF-8');
  assert.is(await sent(upload), 'a=x+y&b=1&c=true');
});

test('text, bytes and blobs are sent as they are', async () => {
  assert.is(await sent(bodyUpload('ä')), 'ä');
  assert.is(bodyUpload('ä').open().contentType, 'text/plain;charset=UTF-8');
  assert.is(await sent(bodyUpload(new Uint8Array([65, 66]))), 'AB');
  assert.is(await sent(bodyUpload(new Uint8Array([65, 66]).buffer)), 'AB');
  const blob = bodyUpload(new Blob(['abc'], { type: 'text/csv' }));
  assert.is(await sent(blob), 'abc');
  const { contentType, length } = blob.open();
  assert.is(contentType, 'text/csv');
  assert.is(length, 3);
});

test('FormData is multipart, under the boundary that its content type names, again and again', async () => {
  const form = new FormData();
  form.append('na"me', 'va\r\nlue');
  form.append('file', new Blob(['data'], { type: 'text/plain' }), 'f\r\n.txt');
  const upload = bodyUpload(form);
  const first = upload.open();
  const [, boundary = ''] = /^multipart\/form-data; boundary=(.+)$/.exec(first.contentType ?? '') ?? [];
  const text = await sent({ isReplayable: true, open: () => first });
  assert.ok(boundary !== '' && text.startsWith(`--${boundary}\r\n`));
  assert.match(await sent(upload), 'data');
  assert.match(text, 'name="na%22me"');
  assert.match(text, 'filename="f%0D%0A.txt"');
  assert.match(text, 'data');
});

test('a stream can be sent once, a function that makes one again and again', async () => {
  const source = async function* () {
    yield 'a';
    yield new Uint8Array([66]);
  };
  assert.not(bodyUpload(source()).isReplayable);
  const upload = bodyUpload(source);
  assert.ok(upload.isReplayable);
  assert.is(await sent(upload), 'aB');
  assert.is(await sent(upload), 'aB');
});

for (const body of [null, 5, true, Symbol('x'), {}]) {
  test(`${String(body)} is no body`, () => {
    assert.is(thrownBy(() => bodyUpload(body as unknown as BodyInput)).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
  });
}

test('a stream that yields neither bytes nor strings fails', async () => {
  const upload = bodyUpload(
    (async function* () {
      yield 5 as never;
    })(),
  );
  assert.is((await rejectionOf(sent(upload))).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
});

test('closing a stream closes its source, even one that never answers', async () => {
  let returned = 0;
  const stuck: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        returned++;
        return { value: undefined, done: true as const };
      },
    }),
  };
  const stream = new UploadStream(stuck);
  void stream[Symbol.asyncIterator]().next();
  stream.close();
  stream.close();
  assert.is(returned, 1);
});

test('a failing source is remembered', async () => {
  const cause = new Error('disk');
  const stream = new UploadStream(
    (async function* () {
      yield 'a';
      throw cause;
    })(),
  );
  const error = await rejectionOf(
    (async () => {
      for await (const _ of stream);
    })(),
  );
  assert.is(error, cause);
  assert.is(stream.failure, cause);
  assert.ok(stream.failed);
});

test.run();
