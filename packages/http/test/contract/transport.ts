/** What every {@link Transport} does, whatever it is made of: run it over a transport of your own. */
import { assert, suite, until } from '@oxbow/testkit';
import type { Transport, TransportHandler, TransportRequest } from '../../src/index.ts';

/** What a server of the contract must answer under `origin`. */
export interface TransportStage {
  readonly transport: Transport;
  /**
   * `GET /hello` answers 200 with `X-Answer: yes` and the body `hello`; `POST /echo` answers the request's body; `GET /silent`
   * never answers; `GET /endless` sends 1 MiB and more without an end; `GET /refused` cannot be connected to.
   */
  readonly origin: string;
  readonly refusedOrigin: string;
  close(): Promise<void>;
}

interface Recorded extends TransportHandler {
  readonly events: string[];
  bytes: number;
  text: string;
  error: Error | undefined;
  readonly over: Promise<void>;
}

function recorder(): Recorded {
  let finish: () => void = () => {};
  const events: string[] = [];
  const handler: Recorded = {
    events,
    bytes: 0,
    text: '',
    error: undefined,
    over: new Promise((resolve) => {
      finish = resolve;
    }),
    onConnected: () => void events.push('connected'),
    onRequestStart: () => void events.push('start'),
    onBodySent: () => void events.push('bodySent'),
    onRequestSent: () => void events.push('sent'),
    onResponseStart: (status, headers) => void events.push(`${status} ${String(headers['x-answer'])}`),
    onResponseData: (chunk) => {
      handler.bytes += chunk.length;
      if (handler.bytes < 1000) handler.text += chunk.toString();
    },
    onResponseEnd: () => {
      events.push('end');
      finish();
    },
    onResponseError: (error) => {
      handler.error = error;
      events.push('error');
      finish();
    },
  };
  return handler;
}

/** Another exchange, from its beginning to its end: what was to come meanwhile has come. */
async function another(transport: Transport, get: (path: string) => TransportRequest): Promise<void> {
  const seen = recorder();
  transport.dispatch(get('/hello'), seen);
  await seen.over;
  assert.is(seen.text, 'hello');
}

/** Declares the suite of one kind of transport. */
export function transportContract(kind: string, open: () => Promise<TransportStage>): void {
  const test = suite(`the contract of transports: ${kind}`);

  const on = (
    title: string,
    body: (stage: TransportStage, get: (path: string) => TransportRequest) => Promise<void>,
  ) =>
    test(title, async () => {
      const stage = await open();
      const get = (path: string): TransportRequest => ({
        origin: stage.origin,
        path,
        method: 'GET',
        headers: ['accept', '*/*'],
        body: null,
        guard: undefined,
      });
      try {
        await body(stage, get);
      } finally {
        await stage.close();
      }
    });

  on('events come in their order, and the end once', async ({ transport }, get) => {
    const seen = recorder();
    transport.dispatch(get('/hello'), seen);
    await seen.over;
    await another(transport, get);
    assert.equal(seen.events, ['connected', 'start', 'sent', '200 yes', 'end']);
    assert.is(seen.text, 'hello');
  });

  on('a body is sent whole', async ({ transport }, get) => {
    const seen = recorder();
    transport.dispatch({ ...get('/echo'), method: 'POST', body: 'ping' }, seen);
    await seen.over;
    assert.is(seen.text, 'ping');
  });

  on(
    'nothing is told after abort(), waiting or inside the body, and a second abort is harmless',
    async ({ transport }, get) => {
      for (const path of ['/silent', '/endless']) {
        const seen = recorder();
        const call = transport.dispatch(get(path), seen);
        const awaited = path === '/silent' ? 'sent' : '200 undefined';
        await until(`the event '${awaited}'`, () => seen.events.includes(awaited));
        call.abort();
        const count = seen.events.length;
        const { bytes } = seen;
        call.abort();
        await another(transport, get);
        assert.is(seen.events.length, count);
        assert.is(seen.bytes, bytes);
      }
    },
  );

  on('abort() right after dispatch() tells nothing at all', async ({ transport }, get) => {
    const seen = recorder();
    transport.dispatch(get('/hello'), seen).abort();
    await another(transport, get);
    assert.not(seen.events.includes('end') || seen.events.includes('error'));
  });

  on('pause() stops the data soon, resume() lets it go on', async ({ transport }, get) => {
    const seen = recorder();
    const call = transport.dispatch(get('/endless'), seen);
    await until('the first bytes', () => seen.bytes > 0);
    call.pause();
    await another(transport, get);
    const { bytes } = seen;
    await another(transport, get);
    assert.is(seen.bytes, bytes);
    call.resume();
    await until('more bytes', () => seen.bytes > bytes);
    call.abort();
  });

  on(
    'what cannot be connected to is an error of this package, told to the handler',
    async ({ transport, refusedOrigin }, get) => {
      const seen = recorder();
      transport.dispatch({ ...get('/'), origin: refusedOrigin }, seen);
      await seen.over;
      assert.match((seen.error as { code?: string }).code ?? '', /^ERR_OXBOW_HTTP_/);
      assert.equal(seen.events, ['error']);
    },
  );

  on('a guard that says no keeps it from connecting', async ({ transport }, get) => {
    const seen = recorder();
    transport.dispatch({ ...get('/hello'), guard: () => false }, seen);
    await seen.over;
    assert.is((seen.error as { code?: string }).code, 'ERR_OXBOW_HTTP_BLOCKED_ADDRESS');
  });

  on(
    'close() fails what is in flight and refuses what comes after; twice is once',
    async ({ transport }, get) => {
      const seen = recorder();
      transport.dispatch(get('/silent'), seen);
      await until('the request to be sent', () => seen.events.includes('sent'));
      await transport.close();
      await transport.close();
      await seen.over;
      const late = recorder();
      transport.dispatch(get('/hello'), late);
      await late.over;
      for (const { error } of [seen, late]) {
        assert.is((error as { code?: string }).code, 'ERR_OXBOW_HTTP_SESSION_CLOSED');
      }
    },
  );

  test.run();
}
