// covers: src/har/har-recorder.ts, src/har/har-replay.ts, src/har/har.ts
import { gzipSync } from 'node:zlib';
import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  bearer,
  type Har,
  type HarEntry,
  HarRecorder,
  MockTransport,
  replayHar,
  Session,
  TransportError,
} from '../../src/index.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';

const test = suite('HTTP archives');

const PAGE = 'a page of text, '.repeat(50);

/** What is recorded of a few requests. */
function site(): MockTransport {
  return new MockTransport()
    .on('GET', 'https://a.test/page', {
      body: gzipSync(PAGE),
      headers: {
        'content-type': 'text/plain',
        'content-encoding': 'gzip',
        'set-cookie': ['a=secret', 'b=2'],
      },
      delayMs: 30,
    })
    .on('GET', 'https://a.test/moved', { status: 302, headers: { location: '/page' } })
    .on('GET', 'https://a.test/flaky?token=hunter2', { status: 503 }, { body: Buffer.from([0xff, 0, 1]) })
    .on('POST', 'https://a.test/form', ({ text }) => ({ json: { got: text.length } }))
    .on('GET', 'https://a.test/broken', { error: new TransportError('ERR_OXBOW_HTTP_TRANSPORT', 'cut') })
    .on('GET', 'https://a.test/never', { stall: 'headers' })
    .on('GET', 'https://a.test/large', { body: ['x'.repeat(600), 'y'.repeat(500)] });
}

const SOURCE = {
  retry: { baseMs: 10, maxAttempts: 1 },
  auth: bearer('hunter2', { origins: ['https://a.test'] }),
};

async function visit(session: Session): Promise<string[]> {
  const seen: string[] = [];
  seen.push(await session.get('https://a.test/moved').text());
  seen.push((await session.get('https://a.test/flaky?token=hunter2').bytes()).join());
  seen.push(await session.post('https://a.test/form', { form: { q: 'x y', password: 'hunter2' } }).text());
  seen.push((await rejectionOf(session.get('https://a.test/broken').text())).message);
  return seen;
}

async function recorded(options = {}): Promise<{ har: Har; seen: string[] }> {
  const recorder = new HarRecorder(site(), options);
  const session = new Session({ transport: recorder, ...SOURCE });
  const seen = await visit(session);
  await session.close();
  await recorder.close();
  return { har: recorder.har(), seen };
}

const inTime = (body: () => Promise<unknown>) => () => run(body, { clock: new VirtualClock() });

test(
  'each sending is an entry: redirects, retries, failures, with times and decoded bodies',
  inTime(async () => {
    const { har } = await recorded();
    assert.is(har.log.version, '1.2');
    const entries = har.log.entries;
    assert.equal(
      entries.map(({ request, response }) => [
        request.method,
        new URL(request.url).pathname,
        response.status,
      ]),
      [
        ['GET', '/moved', 302],
        ['GET', '/page', 200],
        ['GET', '/flaky', 503],
        ['GET', '/flaky', 200],
        ['POST', '/form', 200],
        ['GET', '/broken', 0],
      ],
    );
    const [moved, page, , binary, form, broken] = entries as [
      HarEntry,
      HarEntry,
      HarEntry,
      HarEntry,
      HarEntry,
      HarEntry,
    ];
    assert.is(moved.response.redirectURL, '/page');
    assert.equal(page.response.content, { size: PAGE.length, mimeType: 'text/plain', text: PAGE });
    assert.is(page.response.bodySize, gzipSync(PAGE).length);
    assert.is(Math.round(page.timings.wait), 30);
    assert.is(Math.round(page.time), 30);
    assert.match(page.startedDateTime, /^\d{4}-\d\d-\d\dT/);
    assert.equal(binary.response.content, { size: 3, mimeType: '', text: '/wAB', encoding: 'base64' });
    assert.equal(form.request.postData, {
      mimeType: 'application/x-www-form-urlencoded;charset=UTF-8',
      text: 'q=x+y&password=***',
    });
    assert.is(broken.response._error, 'cut');
  }),
);

test(
  'what proves who somebody is, is not in it unless it is asked for',
  inTime(async () => {
    const secret = JSON.stringify((await recorded()).har);
    assert.not.match(secret, 'hunter2');
    assert.not.match(secret, 'a=secret');
    const open = JSON.stringify((await recorded({ secrets: true })).har);
    assert.match(open, 'Bearer hunter2');
    assert.match(open, 'token=hunter2');
    assert.match(open, 'a=secret');
  }),
);

test(
  'a long URL stays whole',
  inTime(async () => {
    const url = `https://a.test/${'long/'.repeat(200)}?token=hunter2&page=2`;
    const recorder = new HarRecorder(new MockTransport().on('GET', /./, { body: 'x' }));
    const session = new Session({ transport: recorder });
    await session.get(url).text();
    assert.is(recorder.har().log.entries[0]?.request.url, url.replace('hunter2', '***'));
    const replaying = new Session({ transport: replayHar(recorder.har()) });
    assert.is(await replaying.get(url).text(), 'x');
    await session.close();
    await replaying.close();
  }),
);

test(
  'an archive, through JSON, gives the same answers again',
  inTime(async () => {
    const { har, seen } = await recorded();
    const again = JSON.parse(JSON.stringify(har)) as Har;
    const session = new Session({ transport: replayHar(again), ...SOURCE });
    const replayed = await visit(session);
    assert.equal(replayed.slice(0, 3), seen.slice(0, 3));
    assert.match(replayed[3] ?? '', 'as it was recorded: cut');
    assert.is(
      (await rejectionOf(session.get('https://a.test/other', { retry: false }))).code,
      'ERR_OXBOW_HTTP_NO_MOCK',
    );
    await session.close();
  }),
);

test(
  'bodies and entries are bounded; what is given up is told',
  inTime(async () => {
    const recorder = new HarRecorder(site(), { maxBodyBytes: 1_000, maxEntries: 2 });
    const session = new Session({ transport: recorder });
    await session.get('https://a.test/page').text();
    assert.is((await session.get('https://a.test/large').text()).length, 1_100);
    const hanging = session.get('https://a.test/never');
    await sleep(1);
    hanging.cancel();
    await rejectionOf(hanging);
    const { entries, comment } = recorder.har().log;
    assert.equal(
      entries.map(({ request }) => new URL(request.url).pathname),
      ['/large', '/never'],
    );
    assert.match(comment ?? '', '1 older entries');
    assert.is(entries[0]?.response.content.text, undefined);
    assert.match(entries[0]?.response.content.comment ?? '', '1000 bytes');
    assert.is(entries[1]?.response._error, 'it was given up');
    await session.close();
  }),
);

test('bad options, and what is no archive, are refused with the place', () => {
  const mock = new MockTransport();
  assert.is(thrownBy(() => new HarRecorder(mock, { maxEntries: -1 })).code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.is(thrownBy(() => new HarRecorder(mock, { entries: 1 } as object)).code, 'ERR_OXBOW_UNKNOWN_OPTION');
  const entry = (change: object) => ({
    log: {
      entries: [{ request: { method: 'GET', url: 'https://a.test/' }, response: { status: 200 }, ...change }],
    },
  });
  assert.is(replayHar(entry({}) as never).requests.length, 0);
  for (const [bad, place] of [
    [undefined, 'the archive'],
    [{}, 'log must'],
    [{ log: {} }, 'log.entries must'],
    [{ log: { entries: [5] } }, 'log.entries[0] must'],
    [entry({ request: { method: 'GET', url: '/' } }), 'log.entries[0].request.url must'],
    [entry({ response: { status: '200' } }), 'log.entries[0].response.status must'],
    [entry({ response: { status: 200, headers: [{ name: 'a' }] } }), 'response.headers[0].value must'],
  ] as const) {
    const error = thrownBy(() => replayHar(bad as never));
    assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_HAR');
    assert.match(error.message, place);
  }
});

test.run();
