import { assert, suite } from '@oxbow/testkit';
import { encodeForm } from '../../src/body/multipart.ts';

const test = suite('multipart forms');

async function textOf(form: FormData): Promise<{ lines: string; length: number; bytes: number }> {
  const { contentType, length, parts } = encodeForm(form);
  const chunks: Uint8Array[] = [];
  for await (const chunk of parts) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const boundary = contentType.slice('multipart/form-data; boundary='.length);
  return { lines: bytes.toString().replaceAll(boundary, 'B'), length, bytes: bytes.length };
}

test('fields and files are parts, of a length known beforehand', async () => {
  const form = new FormData();
  form.append('name', 'Ada Lövelace');
  form.append('empty', '');
  form.append('note', new Blob(['line'], { type: 'text/plain' }), 'note.txt');
  form.append('raw', new Blob([new Uint8Array([1])]));
  const { lines, length, bytes } = await textOf(form);
  assert.is(length, bytes);
  assert.is(
    lines,
    [
      '--B',
      'Content-Disposition: form-data; name="name"',
      '',
      'Ada Lövelace',
      '--B',
      'Content-Disposition: form-data; name="empty"',
      '',
      '',
      '--B',
      'Content-Disposition: form-data; name="note"; filename="note.txt"',
      'Content-Type: text/plain',
      '',
      'line',
      '--B',
      'Content-Disposition: form-data; name="raw"; filename="blob"',
      'Content-Type: application/octet-stream',
      '',
      '\x01',
      '--B--',
      '',
    ].join('\r\n'),
  );
});

test('names cannot break out of their quotes, and line ends are CRLF (HTML standard)', async () => {
  const form = new FormData();
  form.append('na"me\r\nX-Injected: 1', 'one\ntwo\rthree\r\nfour');
  form.append('file', new Blob(['data']), 'f\n".txt');
  const { lines } = await textOf(form);
  assert.match(lines, 'name="na%22me%0D%0AX-Injected: 1"');
  assert.match(lines, '\r\none\r\ntwo\r\nthree\r\nfour\r\n');
  assert.match(lines, 'filename="f%0A%22.txt"');
});

test('an empty form has its end only', async () => {
  assert.is((await textOf(new FormData())).lines, '--B--\r\n');
});

test('the platform reads what was written', async () => {
  const form = new FormData();
  form.append('a"b', 'x\r\ny');
  form.append('f', new Blob(['data'], { type: 'text/csv' }), 'q"uote.csv');
  const { parts, contentType } = encodeForm(form);
  const chunks: Uint8Array[] = [];
  for await (const chunk of parts) chunks.push(chunk);
  const response = new Response(Buffer.concat(chunks), { headers: { 'content-type': contentType } });
  const back = await response.formData();
  assert.is(back.get('a"b'), 'x\r\ny');
  const file = back.get('f') as File;
  assert.is(file.name, 'q"uote.csv');
  assert.is(file.type, 'text/csv');
  assert.is(await file.text(), 'data');
});

test.run();
