// Reads a log in chunks that end anywhere, as a file or socket would deliver it.
import { lines } from '@oxbow/codec/lines';

const log = 'GET /index.html 200\r\nGET /größe 200\r\nGET /missing 404\n';
const bytes = new TextEncoder().encode(log);

const decoder = lines({ maxLineBytes: 1024 }).decoder();
const statuses = new Map<string, number>();

function count(found: readonly string[]): void {
  for (const line of found) {
    const status = line.split(' ').at(-1) ?? '';
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
}

for (let at = 0; at < bytes.length; at += 7) count(decoder.decode(bytes.subarray(at, at + 7)));
count(decoder.end());

for (const [status, times] of statuses) console.log(`${status}: ${times}`);
