/** The columns of a Parquet file: their schema, and the values they take. Values only. */
import type { ParquetWriter } from 'hyparquet-writer';
import { CrawlerOptionError } from '../errors.ts';

/** An element of a schema, as the library takes it. */
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** What a column holds. `TIMESTAMP` takes a Date or ISO 8601 text; `JSON` any value that JSON can hold. Every column may hold null. */
export type ParquetType =
  | 'STRING'
  | 'STRING[]'
  | 'BOOLEAN'
  | 'INT32'
  | 'INT64'
  | 'DOUBLE'
  | 'TIMESTAMP'
  | 'JSON';

/** Columns of a page's row, as the other sinks name them. */
export const PAGE_TYPES: Readonly<Record<string, ParquetType>> = Object.freeze({
  url: 'STRING',
  status: 'INT32',
  depth: 'INT32',
  title: 'STRING',
  links: 'STRING[]',
  contentType: 'STRING',
  bytes: 'INT64',
  fetchedAt: 'TIMESTAMP',
  referrer: 'STRING',
});

const OPTIONAL = { repetition_type: 'OPTIONAL' } as const;
const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const MAX_INT32 = 2 ** 31;

/** The elements of the schema by type, where one is enough. */
const ELEMENTS: Readonly<Record<Exclude<ParquetType, 'STRING[]'>, Omit<SchemaElement, 'name'>>> = {
  STRING: { ...TEXT, ...OPTIONAL },
  BOOLEAN: { type: 'BOOLEAN', ...OPTIONAL },
  INT32: { type: 'INT32', ...OPTIONAL },
  INT64: { type: 'INT64', ...OPTIONAL },
  DOUBLE: { type: 'DOUBLE', ...OPTIONAL },
  TIMESTAMP: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', ...OPTIONAL },
  JSON: { type: 'BYTE_ARRAY', converted_type: 'JSON', ...OPTIONAL },
};

/** Checks columns. @throws CrawlerOptionError for none, and for a type that is not known */
export function checkedColumns(
  columns: Readonly<Record<string, ParquetType>>,
): readonly [string, ParquetType][] {
  const entries = Object.entries(columns);
  if (entries.length === 0) throw new CrawlerOptionError('columns', 'parquet() needs at least one column');
  for (const [name, type] of entries) {
    if (type !== 'STRING[]' && !Object.hasOwn(ELEMENTS, type)) {
      const known = [...Object.keys(ELEMENTS), 'STRING[]'].join(', ');
      throw new CrawlerOptionError(
        'columns',
        `the type of the column "${name}" is one of ${known}, not ${String(type)}`,
      );
    }
  }
  return entries;
}

/** The schema of a file, as Parquet counts it: every element before its children. */
export function schemaOf(columns: readonly (readonly [string, ParquetType])[]): SchemaElement[] {
  const elements = columns.flatMap(([name, type]): SchemaElement[] =>
    type === 'STRING[]'
      ? [
          { name, converted_type: 'LIST', num_children: 1, ...OPTIONAL },
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          { name: 'element', repetition_type: 'REQUIRED', ...TEXT },
        ]
      : [{ name, ...ELEMENTS[type] }],
  );
  return [{ name: 'root', num_children: columns.length }, ...elements];
}

/** A value in the form that JSON keeps it in until the file is written. @throws TypeError for a value of another type */
export function checkedValue(name: string, type: ParquetType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const fit = fitting(type, value);
  if (fit !== undefined) return fit;
  throw new TypeError(
    `the column "${name}" takes ${type}, not ${typeof value} ${String(value).slice(0, 50)}`,
  );
}

/** The value for the file. */
export function storedValue(type: ParquetType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'INT64') return BigInt(value as string | number);
  return type === 'TIMESTAMP' ? new Date(value as string) : value;
}

function fitting(type: ParquetType, value: unknown): unknown {
  switch (type) {
    case 'STRING':
      return typeof value === 'string' ? value : undefined;
    case 'STRING[]':
      return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : undefined;
    case 'INT32':
      return Number.isInteger(value) && Math.abs(value as number) < MAX_INT32 ? value : undefined;
    case 'INT64':
      if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? String(value) : undefined;
      return Number.isSafeInteger(value) ? value : undefined;
    case 'DOUBLE':
      // JSON has no NaN and no Infinity.
      return Number.isFinite(value) ? value : undefined;
    case 'TIMESTAMP': {
      const time = value instanceof Date || typeof value === 'string' ? new Date(value) : undefined;
      return time === undefined || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
    }
    case 'JSON':
      JSON.stringify(value);
      return value;
  }
}
