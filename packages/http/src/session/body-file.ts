/**
 * Writing a body to a file: into a temporary one beside it, renamed when it is complete.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { createTask, type Future } from '@oxbow/loop';
import type { Stream } from '@oxbow/stream';

/** Writes a body to `path`; gives the number of bytes. A failure or a cancel leaves no file behind, and an old one as it was. */
export function saveBody(body: Stream<Uint8Array>, path: string): Future<number> {
  return createTask(() => save(body, path), { name: 'saving a response body' });
}

async function save(body: Stream<Uint8Array>, path: string): Promise<number> {
  const temporary = `${path}.${randomUUID()}.part`;
  const file = await open(temporary, 'wx');
  let bytes = 0;
  try {
    try {
      for await (const chunk of body) {
        await file.writeFile(chunk);
        bytes += chunk.byteLength;
      }
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
