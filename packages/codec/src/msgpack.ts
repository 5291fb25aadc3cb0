/** The MessagePack door: both modes, their options and extensions. */

export type { Extension, ExtensionClass, ExtensionName } from './msgpack/extensions.ts';
export { msgpackStream } from './msgpack/framed-stream.ts';
export { MSGPACK_DEFAULTS, type MsgpackOptions } from './msgpack/msgpack-options.ts';
export { msgpack } from './msgpack/self-contained.ts';
