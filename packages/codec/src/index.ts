/**
 * The whole of @oxbow/codec. Each codec also has a door of its own (`@oxbow/codec/lines` and so on), which loads nothing else.
 */

// the contract
export type { Codec, Decoder, Encoder } from './codec.ts';
// errors
export { CodecError, DecodeError, EncodeError, FrameTooLargeError, OptionError } from './errors.ts';
// one whole message
export { JSON_DEFAULTS, type JsonOptions, json } from './json.ts';
export type { Validate } from './json-text.ts';
// lines
export { JSONL_DEFAULTS, type JsonlOptions, jsonl } from './jsonl.ts';
// frames of bytes
export type { Endian, PrefixKind } from './length-field.ts';
export { LENGTH_PREFIXED_DEFAULTS, type LengthPrefixedOptions, lengthPrefixed } from './length-prefixed.ts';
export { LINES_DEFAULTS, type LinesOptions, lines } from './lines.ts';
// MessagePack
export {
  type Extension,
  type ExtensionClass,
  type ExtensionName,
  MSGPACK_DEFAULTS,
  type MsgpackOptions,
  msgpack,
  msgpackStream,
} from './msgpack.ts';
// server-sent events
export {
  type ServerSentEvent,
  SSE_DEFAULTS,
  type SseCodec,
  type SseDecoder,
  type SseOptions,
  sse,
} from './sse.ts';
// text
export { TEXT_DEFAULTS, type TextOptions, text } from './text.ts';
