/**
 * The list of rules, in the order they are reported. A new rule is a file in rules/, a test beside it, and a row here.
 */
import type { Rule } from './rule.ts';
import { boundaries } from './rules/boundaries.ts';
import { copies } from './rules/copies.ts';
import { cycles } from './rules/cycles.ts';
import { docComments } from './rules/doc-comments.ts';
import { docExamples } from './rules/doc-examples.ts';
import { entries } from './rules/entries.ts';
import { errorCodes } from './rules/error-codes.ts';
import { fileSize } from './rules/file-size.ts';
import { headers } from './rules/headers.ts';
import { links } from './rules/links.ts';
import { prose } from './rules/prose.ts';
import { readme } from './rules/readme.ts';
import { realTime } from './rules/real-time.ts';
import { sansIo } from './rules/sans-io.ts';
import { sideEffects } from './rules/side-effects.ts';
import { syntax } from './rules/syntax.ts';
import { tests } from './rules/tests.ts';
import { words } from './rules/words.ts';

/** Every rule that reads the tree alone. */
export const RULES: readonly Rule[] = [
  prose,
  boundaries,
  cycles,
  copies,
  sansIo,
  sideEffects,
  syntax,
  entries,
  tests,
  realTime,
  links,
  readme,
  docComments,
  docExamples,
  headers,
  errorCodes,
  words,
  fileSize,
];
