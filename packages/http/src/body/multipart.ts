/**
 * FormData as multipart/form-data (RFC 7578), with the escapes and line ends of the HTML standard's multipart encoding. Its
 * length is known beforehand, because storage services and many frameworks refuse a form that comes chunked.
 */
import { randomUUID } from 'node:crypto';

/** A form ready to be sent, once. */
export interface EncodedForm {
  readonly contentType: string;
  readonly length: number;
  readonly parts: AsyncIterable<Uint8Array>;
}

function withCrlf(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}

// HTML standard, "multipart/form-data encoding algorithm": what a quoted name may not hold is percent-encoded.
function quoted(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function headOf(name: string, value: string | File): string {
  const disposition = `Content-Disposition: form-data; name="${quoted(withCrlf(name))}"`;
  if (typeof value === 'string') return `${disposition}\r\n\r\n`;
  const type = value.type === '' ? 'application/octet-stream' : value.type;
  return `${disposition}; filename="${quoted(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
}

/** Encodes a form under a boundary of its own; the files in it are read when they are sent. */
export function encodeForm(form: FormData): EncodedForm {
  const boundary = `oxbow-${randomUUID()}`;
  const pieces: (Uint8Array | Blob)[] = [];
  for (const [name, value] of form) {
    pieces.push(Buffer.from(`--${boundary}\r\n${headOf(name, value)}`));
    if (typeof value === 'string') {
      pieces.push(Buffer.from(`${withCrlf(value)}\r\n`));
    } else {
      pieces.push(value, Buffer.from('\r\n'));
    }
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  const length = pieces.reduce((sum, piece) => sum + (piece instanceof Blob ? piece.size : piece.length), 0);
  return { contentType: `multipart/form-data; boundary=${boundary}`, length, parts: partsOf(pieces) };
}

async function* partsOf(pieces: readonly (Uint8Array | Blob)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Blob) yield* piece.stream();
    else yield piece;
  }
}
