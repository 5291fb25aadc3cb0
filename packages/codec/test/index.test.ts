import * as door from '@oxbow/codec';
import * as json from '@oxbow/codec/json';
import * as jsonl from '@oxbow/codec/jsonl';
import * as lengthPrefixed from '@oxbow/codec/length-prefixed';
import * as lines from '@oxbow/codec/lines';
import * as msgpack from '@oxbow/codec/msgpack';
import * as sse from '@oxbow/codec/sse';
import * as text from '@oxbow/codec/text';
import { assert, suite } from '@oxbow/testkit';

const test = suite('the doors of @oxbow/codec');

test('the main door exports these names and no other', () => {
  assert.equal(Object.keys(door).sort(), [
    'CodecError',
    'DecodeError',
    'EncodeError',
    'FrameTooLargeError',
    'JSONL_DEFAULTS',
    'JSON_DEFAULTS',
    'LENGTH_PREFIXED_DEFAULTS',
    'LINES_DEFAULTS',
    'MSGPACK_DEFAULTS',
    'OptionError',
    'SSE_DEFAULTS',
    'TEXT_DEFAULTS',
    'json',
    'jsonl',
    'lengthPrefixed',
    'lines',
    'msgpack',
    'msgpackStream',
    'sse',
    'text',
  ]);
});

test('each codec has a door of its own with the same functions', () => {
  assert.is(json.json, door.json);
  assert.is(jsonl.jsonl, door.jsonl);
  assert.is(lengthPrefixed.lengthPrefixed, door.lengthPrefixed);
  assert.is(lines.lines, door.lines);
  assert.is(msgpack.msgpack, door.msgpack);
  assert.is(msgpack.msgpackStream, door.msgpackStream);
  assert.is(sse.sse, door.sse);
  assert.is(text.text, door.text);
});

test('the defaults are frozen', () => {
  for (const [name, value] of Object.entries(door)) {
    if (name.endsWith('_DEFAULTS')) assert.ok(Object.isFrozen(value), name);
  }
});

test.run();
