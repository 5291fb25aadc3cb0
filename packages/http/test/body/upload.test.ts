import { assert, suite } from '@oxbow/testkit';
import {
  type BodyInput,
  bodyUpload,
  fileUpload,
  formUpload,
  jsonUpload,
  type Upload,
} from '../../src/body/upload.ts';
import { UploadStream } from '../../src/body/upload-stream.ts';
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
  const text = await sent({ isReplayable: true, open: () => first, close() {} });
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

test('form fields take arrays, and leave out what is not there', async () => {
  const upload = formUpload({ a: [1, 2], b: undefined, c: null, d: [undefined, 'x'], e: [] });
  assert.is(await sent(upload), 'a=1&a=2&d=x');
  const object = { a: {} } as unknown as Parameters<typeof formUpload>[0];
  assert.is(thrownBy(() => formUpload(object)).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
});

test('FormData, blobs and files have a length', async () => {
  const form = new FormData();
  form.append('field', 'välue\n');
  form.append('file', new Blob(['data']), 'ä.txt');
  for (const upload of [bodyUpload(form), bodyUpload(new Blob(['blob'])), fileUpload(import.meta.filename)]) {
    await upload.ready?.();
    assert.is(upload.open().length, Buffer.byteLength(await sent(upload)));
  }
});

test('a file that is not there is a WriteError', async () => {
  const error = await rejectionOf(fileUpload('/no/such/file').ready?.() as Promise<void>);
  assert.is(error.code, 'ERR_OXBOW_HTTP_UPLOAD_FAILED');
  assert.is((error.cause as NodeJS.ErrnoException).code, 'ENOENT');
});

test('a function that throws, or gives nothing to read, fails when it is called', () => {
  const cause = new Error('no more');
  const throwing = bodyUpload(() => {
    throw cause;
  });
  assert.is(thrownBy(() => throwing.open()).cause, cause);
  const empty = bodyUpload((() => 5) as never);
  assert.is(thrownBy(() => empty.open()).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
});

test.run();
