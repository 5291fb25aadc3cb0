/**
 * One page as records of a web archive, and a record's head as fields. Values in, bytes out: no files.
 *
 * Source: WARC 1.1 (ISO 28500:2017) §4 (file and record model), §5 (named fields), §6.3 (response), §6.6 (metadata).
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Page } from '../visit/page.ts';

/** Fields of the answer that spoke of the body on the wire; the archive holds it decoded. */
const WIRE_FIELDS: ReadonlySet<string> = new Set(['content-encoding', 'transfer-encoding', 'content-length']);
const LINE_END = '\r\n';
/** The response and its metadata, one record each. */
export function warcRecords(page: Page): Buffer {
  const id = `<urn:uuid:${randomUUID()}>`;
  const common = [`WARC-Date: ${page.fetchedAt}`, `WARC-Target-URI: ${page.url}`];
  const response = record(
    [
      'WARC-Type: response',
      `WARC-Record-ID: ${id}`,
      ...common,
      `WARC-Payload-Digest: sha1:${base32(createHash('sha1').update(page.body).digest())}`,
      ...(page.isTruncated ? ['WARC-Truncated: length'] : []),
      'Content-Type: application/http;msgtype=response',
    ],
    Buffer.concat([Buffer.from(responseHead(page), 'latin1'), page.body]),
  );
  const fields = [
    `hopsFromSeed: ${page.depth}`,
    ...(page.referrer === null ? [] : [`via: ${page.referrer}`]),
    `fetchTimeMs: ${Math.round(page.elapsedMs)}`,
    ...page.links.map((link) => `outlink: ${link}`),
  ];
  const metadata = record(
    [
      'WARC-Type: metadata',
      `WARC-Record-ID: <urn:uuid:${randomUUID()}>`,
      ...common,
      `WARC-Concurrent-To: ${id}`,
      'Content-Type: application/warc-fields',
    ],
    Buffer.from(`${fields.join(LINE_END)}${LINE_END}`),
  );
  return Buffer.concat([response, metadata]);
}

/** Named fields of a head, names in lower case. @param head without its empty line */
export function warcFields(head: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of head.split(LINE_END).slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

function responseHead({ status, headers, body }: Page): string {
  const fields = Object.entries(headers)
    .filter(([name]) => !WIRE_FIELDS.has(name))
    .map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, ' ')}`);
  return [`HTTP/1.1 ${status} `, ...fields, `content-length: ${body.length}`, '', ''].join(LINE_END);
}

function record(fields: readonly string[], block: Buffer): Buffer {
  const head = ['WARC/1.1', ...fields, `Content-Length: ${block.length}`, '', ''].join(LINE_END);
  return Buffer.concat([Buffer.from(head), block, Buffer.from(LINE_END + LINE_END)]);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6, for digests: their length needs no padding. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return text;
}
