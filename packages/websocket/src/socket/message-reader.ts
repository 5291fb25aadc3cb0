/**
 * From a message to a value: decoded by a codec, checked by a schema.
 */
import type { Codec } from '@oxbow/codec';
import { SocketInputError } from '../errors.ts';
import type { Message } from './message.ts';

/** What `messages` needs of a codec: whole messages from bytes. */
export type MessageDecoder<T> = Pick<Codec<T>, 'decode'>;

/** What is used of a Standard Schema (https://standardschema.dev, version 1). */
export interface MessageSchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaOutcome<Output> | Promise<SchemaOutcome<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaOutcome<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing a schema found. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const encoder = new TextEncoder();

/** Makes the function that reads one message. */
export function messageReader<T>(
  codec: MessageDecoder<T>,
  schema: MessageSchema<T> | undefined,
): (message: Message) => T {
  return (message) => {
    const value = codec.decode(typeof message === 'string' ? encoder.encode(message) : message);
    return schema === undefined ? value : checked(value, schema);
  };
}

function checked<T>(value: unknown, schema: MessageSchema<T>): T {
  const outcome = schema['~standard'].validate(value);
  if (outcome instanceof Promise) {
    outcome.catch(() => {});
    throw new SocketInputError(
      'socket.messages(): the schema is asynchronous; messages are checked as they come.',
    );
  }
  if (outcome.issues === undefined) return outcome.value;
  const [first] = outcome.issues;
  const path = (first?.path ?? []).map((key) => String(typeof key === 'object' ? key.key : key)).join('.');
  const where = path === '' ? '' : ` at ${path}`;
  throw new SocketInputError(
    `A message does not fit its schema${where}: ${first?.message ?? 'no reason given'}.`,
  );
}
