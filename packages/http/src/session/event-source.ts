/**
 * Server-sent events over as many connections as it takes (HTML Standard, §9.2). When one connection ends, the next goes on
 * where it stopped, by Last-Event-ID. Before that it waits for the time the server asked for, or for a growing one.
 */
import { type ServerSentEvent, type SseDecoder, sse } from '@oxbow/codec/sse';
import { createTask, sleep } from '@oxbow/loop';
import type { Backoff } from '@oxbow/loop/backoff';
import { decode, Stream } from '@oxbow/stream';
import { ProtocolError, TransportError } from '../errors.ts';
import { parseMediaType } from '../protocol/media-type.ts';
import { redactUrl } from '../redaction.ts';
import { type Response, StatusError } from './response.ts';

/** Connects once, with these header fields on top. */
export type ConnectEvents = (headers: Readonly<Record<string, string>>) => PromiseLike<Response>;

/** How a stream of events keeps going. */
export interface EventSourceSettings {
  /** Waits between connections that brought nothing; `maxAttempts` of them in a row end the stream with the last failure. */
  readonly backoff: Backoff;
  /** Statuses after which it is tried again; others end it, as the standard wants. */
  readonly statuses: ReadonlySet<number>;
  readonly lastEventId: string;
}

/** Events until the server says 204, the consumer leaves, or there is no more hope. */
export function eventSource(connect: ConnectEvents, settings: EventSourceSettings): Stream<ServerSentEvent> {
  return new Stream<ServerSentEvent>((out, flow) => {
    const run = async (): Promise<void> => {
      const source = new EventConnection(connect, settings);
      for (let more = true; more; ) {
        more = await source.connect(async (event) => {
          out.next(event);
          await flow.ready();
        });
      }
    };
    const task = createTask(run, { name: 'a stream of server-sent events' });
    task.addDoneCallback(() => {
      try {
        task.result();
        out.complete();
      } catch (error) {
        out.error(error);
      }
    });
    return () => void task.cancel('the stream of events was left');
  });
}

class EventConnection {
  readonly #connect: ConnectEvents;
  readonly #settings: EventSourceSettings;
  #lastEventId: string;
  #retryMs: number | undefined;
  /** Connections in a row that brought no event. */
  #failures = 0;

  constructor(connect: ConnectEvents, settings: EventSourceSettings) {
    this.#connect = connect;
    this.#settings = settings;
    this.#lastEventId = settings.lastEventId;
  }

  /** One connection, and the wait before the next; false when there is to be none. */
  async connect(emit: (event: ServerSentEvent) => Promise<void>): Promise<boolean> {
    let failure: unknown;
    try {
      const response = await this.#connect(this.#headers());
      // HTML §9.2.3: the server's way to say that nothing more will come.
      if (response.status === 204) return false;
      if (response.status === 200) await this.#read(eventsOf(response), emit);
      else failure = this.#refused(response);
    } catch (error) {
      if (!(error instanceof TransportError) || error instanceof ProtocolError) throw error;
      failure = error;
    }
    const delayMs = this.#settings.backoff.delayMs(++this.#failures);
    if (delayMs === undefined) {
      if (failure === undefined) return false;
      throw failure;
    }
    await sleep(
      this.#retryMs === undefined ? delayMs : Math.max(this.#retryMs, this.#failures > 1 ? delayMs : 0),
    );
    return true;
  }

  #headers(): Record<string, string> {
    const headers: Record<string, string> = { accept: 'text/event-stream', 'cache-control': 'no-store' };
    // It goes as UTF-8, and field values are given byte by byte.
    if (this.#lastEventId !== '')
      headers['last-event-id'] = Buffer.from(this.#lastEventId).toString('latin1');
    return headers;
  }

  async #read(response: Response, emit: (event: ServerSentEvent) => Promise<void>): Promise<void> {
    const decoder: SseDecoder = sse().decoder();
    try {
      for await (const event of response.body.pipe(decode({ decoder: () => decoder }))) {
        this.#failures = 0;
        await emit(event);
      }
    } finally {
      if (decoder.lastEventId !== '') this.#lastEventId = decoder.lastEventId;
      this.#retryMs = decoder.retryMs ?? this.#retryMs;
    }
  }

  #refused(response: Response): StatusError {
    response.abandonUnread();
    const error = new StatusError(response, { url: redactUrl(response.url), method: response.method });
    if (!this.#settings.statuses.has(response.status)) throw error;
    return error;
  }
}

function eventsOf(response: Response): Response {
  const type = response.headers.get('content-type');
  if (parseMediaType(type ?? '')?.essence === 'text/event-stream') return response;
  response.discard();
  const message = `expected text/event-stream, got ${type ?? 'no Content-Type'}`;
  throw new ProtocolError('ERR_OXBOW_HTTP_NOT_EVENTS', message);
}
