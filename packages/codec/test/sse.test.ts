import { assert, everySplit, suite } from '@oxbow/testkit';
import { type FrameTooLargeError, type ServerSentEvent, sse } from '../src/index.ts';
import { errorOf, feed, hex, utf8 } from './feed.ts';

const decoding = suite('sse() decodes text/event-stream (HTML Standard §9.2)');

const CASES: readonly [string, string, ServerSentEvent[]][] = [
  ['a blank line ends an event', 'data: a\n\ndata: b\n\n', [{ data: 'a' }, { data: 'b' }]],
  [
    'LF, CR and CRLF end lines',
    'data: a\r\rdata: b\r\n\r\ndata: c\n\n',
    [{ data: 'a' }, { data: 'b' }, { data: 'c' }],
  ],
  ['several data lines are joined by LF', 'data: a\ndata\ndata:b\n\n', [{ data: 'a\n\nb' }]],
  ['one blank after the colon is dropped', 'data:  a\n\n', [{ data: ' a' }]],
  [
    'event, id and retry belong to the event',
    'event: e\nid: 7\nretry: 10\ndata: x\n\n',
    [{ data: 'x', event: 'e', id: '7', retryMs: 10 }],
  ],
  [
    'retry without data goes with the next event',
    'retry: 10\n\ndata: x\n\ndata: y\n\n',
    [{ data: 'x', retryMs: 10 }, { data: 'y' }],
  ],
  [
    'a retry that is no number, or too large to be one, is ignored',
    `retry: 1s\nretry: ${'9'.repeat(400)}\ndata: x\n\n`,
    [{ data: 'x' }],
  ],
  ['an id with NUL is ignored', 'id: a\0b\ndata: x\n\n', [{ data: 'x' }]],
  ['comments and unknown fields are ignored', ': hi\nfoo: bar\ndata: x\n:\n\n', [{ data: 'x' }]],
  ['an event without data is not given', 'event: e\n\nid: 1\n\n', []],
  ['an event without its blank line is dropped at the end', 'data: a\n\ndata: b\n', [{ data: 'a' }]],
  ['one BOM at the start is dropped', '\ufeffdata: a\n\n', [{ data: 'a' }]],
  ['a second BOM makes an unknown field', '\ufeff\ufeffdata: a\n\n', []],
  ['characters of several bytes come whole', 'data: 日本 😀\n\n', [{ data: '日本 😀' }]],
];

for (const [title, input, expected] of CASES) {
  decoding(`${title}, at every cut`, () => {
    everySplit(utf8(input), (chunks) => {
      assert.equal(feed(sse(), chunks), { values: expected, error: undefined });
    });
  });
}

decoding('bytes that are not UTF-8 become U+FFFD', () => {
  assert.equal(feed(sse(), [hex('646174613a ff 0a0a')]).values, [{ data: '\ufffd' }]);
});

decoding('the decoder remembers what a reconnect needs', () => {
  const decoder = sse().decoder();
  assert.equal([decoder.lastEventId, decoder.retryMs], ['', undefined]);
  decoder.decode(utf8('id: 1\nretry: 50\ndata: a\n\ndata: b\n\nid: 2\n'));
  assert.equal([decoder.lastEventId, decoder.retryMs], ['1', 50]);
  decoder.decode(utf8('\n'));
  assert.is(decoder.lastEventId, '2');
  decoder.decode(utf8('id\n\n'));
  decoder.end();
  assert.is(decoder.lastEventId, '');
});

decoding.run();

const limits = suite('sse() limits');

limits('an event of maxEventBytes passes, one byte more does not, at every cut', () => {
  // "data: 1234\n" is 11 bytes, the blank line not counted.
  const limited = sse({ maxEventBytes: 11 });
  everySplit(utf8('data: 1234\n\ndata: 1234\r\n\r\n'), (chunks) => {
    assert.equal(feed(limited, chunks), { values: [{ data: '1234' }, { data: '1234' }], error: undefined });
  });
  everySplit(utf8('data: 1\n\ndata: 12345\n\ndata: 2\n\n'), (chunks) => {
    const { values, error } = feed(limited, chunks);
    assert.equal(values, [{ data: '1' }]);
    const { code, limitBytes, actualBytes, offset } = error as FrameTooLargeError;
    assert.equal([code, limitBytes, actualBytes, offset], ['ERR_OXBOW_CODEC_FRAME_TOO_LARGE', 11, 12, 20]);
  });
});

limits('many short lines count together, and unknown fields count', () => {
  const { error } = feed(sse({ maxEventBytes: 20 }), [utf8('data: a\nfoo: bar\ndata: b\n')]);
  assert.is(error?.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

limits('comments do not add up, but one comment has the same cap', () => {
  const limited = sse({ maxEventBytes: 11 });
  assert.is(feed(limited, [utf8(': alive\n'.repeat(100))]).error, undefined);
  assert.is(feed(limited, [utf8(': 123456789')]).error, undefined);
  assert.is(feed(limited, [utf8(': 1234567890')]).error?.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

limits('the default is 1 MiB', () => {
  assert.is(feed(sse(), [utf8('data:'), new Uint8Array(2 ** 20 - 5)]).error, undefined);
  assert.is(
    feed(sse(), [utf8('data:'), new Uint8Array(2 ** 20 - 4)]).error?.code,
    'ERR_OXBOW_CODEC_FRAME_TOO_LARGE',
  );
});

limits.run();

const encoding = suite('sse() encodes');

encoding('fields in a fixed order, a blank line at the end', () => {
  const event = { data: 'a\nb', event: 'e', id: '7', retryMs: 10 };
  assert.equal(sse().encode(event), utf8('event: e\nid: 7\nretry: 10\ndata: a\ndata: b\n\n'));
  assert.equal(sse().decode(sse().encode(event)), event);
});

encoding('CR and CRLF in data come back as LF', () => {
  assert.equal(sse().decode(sse().encode({ data: 'a\rb\r\nc' })), { data: 'a\nb\nc' });
});

encoding('what would break the stream is refused, naming the field', () => {
  for (const [event, path] of [
    [{ data: 'x', event: 'a\nb' }, '$.event'],
    [{ data: 'x', id: 'a\0' }, '$.id'],
    [{ data: 'x', id: 'a\r' }, '$.id'],
    [{ data: 'x', retryMs: 1.5 }, '$.retryMs'],
    [{ data: 'x', retryMs: -1 }, '$.retryMs'],
    [{ data: 7 }, '$.data'],
    [null, '$.data'],
  ] as const) {
    const error = errorOf(() => sse().encode(event as never));
    assert.equal([error.code, error.path], ['ERR_OXBOW_CODEC_UNENCODABLE', path]);
  }
});

encoding('maxEventBytes holds here too', () => {
  const limited = sse({ maxEventBytes: 11 });
  assert.is(limited.encode({ data: '1234' }).length, 12);
  assert.is(errorOf(() => limited.encode({ data: '12345' })).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

encoding.run();
