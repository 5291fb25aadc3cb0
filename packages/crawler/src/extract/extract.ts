/**
 * Extracts records from a page by a description of their fields. Selectors give values, objects give groups, and lists give repeats. A
 * Standard Schema checks a value that is to be more than text. It reads a selection and gives values.
 */
import type { StandardSchema } from '@oxbow/http';
import { CrawlerOptionError, ExtractError } from '../errors.ts';
import type { Selection } from './selection.ts';

/** How one value is found. */
export interface FieldOptions<T = unknown> {
  /** Where; `css@attribute` for an attribute. Left out, the element at hand. */
  readonly css?: string;
  /** The fields of the element found, for a group. */
  readonly fields?: FieldSpecs;
  /** Checks and converts what was found. */
  readonly schema?: StandardSchema<T>;
}

/** What a schema finds wrong, and where. */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

/** How a field is described: `'h1'`, `'a@href'`, `['li']` for every match, `{ css, fields }` for a group, `{ css, schema }` for a type. */
export type FieldSpec = string | FieldOptions | readonly [string | FieldOptions];

/** The fields of a record, by name. */
export interface FieldSpecs {
  readonly [name: string]: FieldSpec;
}

/** What a field comes to: text or null; a list; a group or null; the output of its schema. */
export type Extracted<F> = F extends string
  ? string | null
  : F extends readonly [infer Each]
    ? NonNullable<Extracted<Each>>[]
    : F extends { readonly schema: StandardSchema<infer T> }
      ? T
      : F extends { readonly fields: infer G extends FieldSpecs }
        ? ExtractedRecord<G> | null
        : string | null;

/** What a record comes to. */
export type ExtractedRecord<S extends FieldSpecs> = { -readonly [K in keyof S]: Extracted<S[K]> };

/**
 * Reads the fields of a record off a selection.
 * @throws ExtractError for a selector that is none, and for a value its schema refuses
 */
export function extractFields<S extends FieldSpecs>(within: Selection, fields: S): ExtractedRecord<S> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [name, spec] of Object.entries(fields)) record[name] = extractField(within, spec, name);
  return record as ExtractedRecord<S>;
}

/** Checks a value by a Standard Schema. @throws ExtractError naming what is wrong with it, or that the schema is asynchronous */
export function validated<T>(schema: StandardSchema<T>, value: unknown, name: string): T {
  const result = schema['~standard'].validate(value);
  if ('then' in result)
    throw new ExtractError(`${name}: its schema checks asynchronously, and extract() waits for nothing`);
  if (result.issues === undefined) return result.value;
  const issues = (result.issues as readonly SchemaIssue[]).map(({ message, path = [] }) => {
    const where = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return where === '' ? message : `${where}: ${message}`;
  });
  throw new ExtractError(`${name}: ${issues.join('; ')}`);
}

function extractField(within: Selection, spec: FieldSpec, name: string): unknown {
  if (Array.isArray(spec)) {
    if (spec.length !== 1)
      throw new CrawlerOptionError(
        'fields',
        `the list of "${name}" describes one element, not ${spec.length}`,
      );
    const each = optionsOf(spec[0], name);
    const { css, attribute } = target(each.css);
    const found = css === undefined ? within : within.select(css);
    return found.map((one) => valueAt(one, each, attribute, name)).filter((value) => value !== null);
  }
  const options = optionsOf(spec as string | FieldOptions, name);
  const { css, attribute } = target(options.css);
  return valueAt(css === undefined ? within : within.select(css).at(0), options, attribute, name);
}

function valueAt(
  found: Selection,
  { fields, schema }: FieldOptions,
  attribute: string | undefined,
  name: string,
): unknown {
  const raw =
    fields === undefined
      ? attribute === undefined
        ? found.text
        : found.attr(attribute)
      : found.length === 0
        ? null
        : extractFields(found, fields);
  return schema === undefined ? raw : validated(schema, raw ?? undefined, name);
}

function optionsOf(spec: string | FieldOptions, name: string): FieldOptions {
  if (typeof spec === 'string') return { css: spec };
  if (typeof spec === 'object' && spec !== null) return spec;
  throw new CrawlerOptionError(
    'fields',
    `the field "${name}" is a selector, a list or { css, fields, schema }, not ${String(spec)}`,
  );
}

/** `css@attribute`, where the css may be empty: an attribute of the element at hand. */
function target(text: string | undefined): { css: string | undefined; attribute: string | undefined } {
  const match = /^(.*)@([\w:-]+)$/s.exec(text ?? '');
  const css = (match === null ? text : match[1])?.trim();
  return { css: css === '' ? undefined : css, attribute: match?.[2] };
}
