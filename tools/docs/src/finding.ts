/** What typedoc has to say about the comments, as lines for a terminal. Text in, text out. */

/** A message of typedoc. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** How many of one sort are listed in full. */
const MAX_LISTED = 50;

/** Warnings as lines, each said once: first the `{@link}`s that lead nowhere, then the rest. */
export function warningLines(findings: readonly Finding[]): readonly string[] {
  const warnings = [...new Set(messages(findings, 'warning'))];
  const links = warnings.filter(isAboutLink);
  const others = warnings.filter((message) => !isAboutLink(message));
  return [
    ...section('{@link} without a target', links),
    ...section(links.length === 0 ? 'warnings' : 'other warnings', others),
  ];
}

/**
 * The sentence a failed run ends with.
 *
 * @param folder where the pages would have gone
 */
export function failureSentence(findings: readonly Finding[], folder: string): string {
  const errors = messages(findings, 'error');
  const [first = 'it does not say which'] = errors;
  const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
  const end = `${folder} was left as it was`;
  return errors.length > 1
    ? `typedoc reports ${count} (above), so ${end}; the first is: ${firstLine(first)}`
    : `typedoc reports ${count}, so ${end}: ${firstLine(first)}`;
}

/** Errors in full, for the lines above the sentence; none where the sentence holds the only one whole. */
export function errorLines(findings: readonly Finding[]): readonly string[] {
  const errors = messages(findings, 'error');
  return errors.length === 1 && !errors[0]?.includes('\n') ? [] : errors.slice(0, MAX_LISTED);
}

function isAboutLink(message: string): boolean {
  return /\blinks? to\b/.test(message);
}

function messages(findings: readonly Finding[], severity: Finding['severity']): readonly string[] {
  return findings
    .filter((finding) => finding.severity === severity)
    .map(({ message }) => withoutColour(message));
}

function section(title: string, list: readonly string[]): readonly string[] {
  if (list.length === 0) return [];
  const more = list.length - MAX_LISTED;
  return [
    `${title} (${list.length}):`,
    ...list.slice(0, MAX_LISTED).map((message) => `  ${message}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function withoutColour(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal begin with one
  return text.replace(/\x1b\[[\d;]*m/g, '').trim();
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
