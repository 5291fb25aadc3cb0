/**
 * The output of another sink as an object of S3. Objects cannot grow, so the other sink writes its file as ever, exactly once, and the
 * whole file is the object whenever the crawl ends. It knows files and objects; rows are the other sink's.
 */
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { checkOptions, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError, SinkError } from '../errors.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import { OutputExistsError } from '../sink/output-options.ts';
import { hasObject, MIN_PART_BYTES, upload } from './s3-upload.ts';

/** Options of `s3`. */
export interface S3Options {
  /** A client to send with, which stays open. Default: one of its own, by `config`. */
  readonly client?: S3Client;
  /** For a client of its own: region, endpoint, credentials. Default: what the environment says, as the SDK reads it. */
  readonly config?: S3ClientConfig;
  /** Replaces an object that is there and was not written by this crawl. Default false: it is refused before the first request. */
  readonly overwrite?: boolean;
  /** Bytes of one part of a large upload, at least 5 MiB; larger files get larger parts. Default 8 MiB. */
  readonly partBytes?: number;
}

const DEFAULT_PART_BYTES = 8 * 1024 * 1024;
const NAMES: readonly (keyof S3Options)[] = ['client', 'config', 'overwrite', 'partBytes'];

/**
 * A sink that writes into a file by `sink` (`jsonl`, `csv`, `warc`, `parquet`, `graphml` …) and uploads that file when the crawl ends, an interruption
 * included; the crawl resolves when the object is there. What is in it is exact because the file is; a crawl that goes on replaces the object.
 * An upload that fails is taken back and fails the crawl with its rows safe in the file: the next run uploads them.
 * @param url `s3://bucket/key`
 * @throws CrawlerOptionError for a URL or sink that cannot be used
 * @throws SinkError from the crawl when the store refuses, OutputExistsError before its first request when the object is somebody else's
 */
export function s3(url: string, sink: CrawlSink, options: S3Options = {}): CrawlSink {
  checkOptions(options, NAMES, 's3()');
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(url);
  if (match === null) throw new CrawlerOptionError('url', `s3() takes s3://bucket/key, not "${url}"`);
  if (sink.path === undefined)
    throw new CrawlerOptionError(
      'sink',
      's3() takes a sink of a file, whose path it knows: jsonl(path), csv(path) …',
    );
  const { partBytes = DEFAULT_PART_BYTES } = options;
  if (!(Number.isInteger(partBytes) && partBytes >= MIN_PART_BYTES))
    throw new CrawlerOptionError(
      'partBytes',
      `partBytes is a whole number of at least ${MIN_PART_BYTES}, not ${String(partBytes)}`,
    );
  return new S3Output({ Bucket: match[1]!, Key: match[2]! }, sink, sink.path, { ...options, partBytes });
}

class S3Output implements CrawlSink {
  readonly commit = 'with-frontier' as const;
  readonly takes: 'rows' | 'pages';
  readonly output: string;
  readonly startsAnother: boolean;
  readonly #object: { readonly Bucket: string; readonly Key: string };
  readonly #sink: CrawlSink;
  readonly #path: string;
  readonly #options: S3Options & { readonly partBytes: number };
  #client: S3Client | undefined;

  constructor(
    object: { readonly Bucket: string; readonly Key: string },
    sink: CrawlSink,
    path: string,
    options: S3Options & { readonly partBytes: number },
  ) {
    this.#object = object;
    this.#sink = sink;
    this.#path = path;
    this.#options = options;
    this.takes = sink.takes ?? 'rows';
    this.output = sink.output ?? '';
    this.startsAnother = sink.startsAnother ?? false;
  }

  async open(checkpoint: unknown, isOwn = false): Promise<void> {
    const client = this.#options.client ?? new S3Client(this.#options.config ?? {});
    const isKnown = checkpoint !== undefined || isOwn || this.#options.overwrite === true;
    try {
      const isThere =
        !isKnown && (await this.#translated('asked for', () => hasObject(client, this.#object)));
      if (isThere) throw new OutputExistsError(this.#url, 'it is an object already');
      await this.#sink.open(checkpoint, isOwn);
    } catch (error) {
      if (this.#options.client === undefined) client.destroy();
      throw error;
    }
    this.#client = client;
  }

  prepare(row: unknown): unknown {
    return this.#sink.prepare === undefined ? row : this.#sink.prepare(row);
  }

  write(rows: readonly unknown[]): Promise<unknown> {
    return this.#sink.write(rows);
  }

  sync(): Promise<void> {
    return this.#sink.sync();
  }

  cutBack(checkpoint: unknown): Promise<void> {
    return this.#sink.cutBack(checkpoint);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      await this.#sink.close();
      if (client === undefined) return;
      await this.#translated('written', () =>
        upload(client, this.#object, this.#path, this.#options.partBytes),
      );
    } finally {
      if (this.#options.client === undefined) client?.destroy();
    }
  }

  get #url(): string {
    return `s3://${this.#object.Bucket}/${this.#object.Key}`;
  }

  /** On behalf of nobody: what was crawled is uploaded also when the crawling task is cancelled. */
  #translated<T>(what: string, call: () => Promise<T>): Promise<T> {
    return outsideAllTasks(async () => {
      try {
        return await call();
      } catch (cause) {
        throw new SinkError(
          this.#url,
          `cannot be ${what}: ${(cause as Error).message || (cause as Error).name}`,
          { cause },
        );
      }
    });
  }
}
