/** A file as an object: in one request when it is small, else in parts, one at a time, taken back when one fails. */
import { type FileHandle, open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** The least that S3 takes as a part that is not the last. */
export const MIN_PART_BYTES: number = 5 * 1024 * 1024;
/** Parts of one upload, at most. */
const MAX_PARTS = 10_000;

/** Where an object is. */
interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

/** True when there is an object of this name. */
export async function hasObject(client: S3Client, object: ObjectName): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand(object));
    return true;
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) return false;
    throw error;
  }
}

/** Writes a file into an object, which is replaced when all of it is there. Holds one part in memory. */
export async function upload(
  client: S3Client,
  object: ObjectName,
  path: string,
  partBytes: number,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size <= partBytes) {
      await client.send(new PutObjectCommand({ ...object, Body: await bytesAt(file, 0, size) }));
      return;
    }
    await uploadParts(client, object, file, size, Math.max(partBytes, Math.ceil(size / MAX_PARTS)));
  } finally {
    await file.close();
  }
}

async function uploadParts(
  client: S3Client,
  object: ObjectName,
  file: FileHandle,
  size: number,
  partBytes: number,
): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const upload = { ...object, UploadId };
  try {
    const parts: CompletedPart[] = [];
    for (let at = 0; at < size; at += partBytes) {
      const PartNumber = parts.length + 1;
      const Body = await bytesAt(file, at, Math.min(partBytes, size - at));
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
      parts.push({ PartNumber, ...(ETag === undefined ? {} : { ETag }) });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    // Parts that nobody completes cost storage for ever.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    filled += bytesRead;
  }
  return bytes;
}
