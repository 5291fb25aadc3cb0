/** A file in a folder of its own for one test. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function withFile(
  body: (path: string, read: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-sink-'));
  const path = join(folder, 'output');
  try {
    await body(path, () => readFile(path, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
