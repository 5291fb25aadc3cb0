/** The field WWW-Authenticate (RFC 9110 §11.6.1): what a server asks to be shown, as a list of challenges. */
import { splitFieldValue } from './media-type.ts';

/** One challenge. */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By their lower-case names; of several the first. */
  readonly parameters: Readonly<Record<string, string>>;
}

const SCHEME = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:[ \t]+|$)/;
const PARAMETER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",=]+))[ \t]*$/;

/** Reads WWW-Authenticate, one field or several; what is malformed is left out. */
export function parseChallenges(value: string | readonly string[] | null | undefined): Challenge[] {
  const challenges: Challenge[] = [];
  if (value === null || value === undefined) return challenges;
  let parameters: Record<string, string> | undefined;
  for (const part of splitFieldValue(typeof value === 'string' ? value : value.join(','))) {
    let rest = part.trim();
    if (rest === '') continue;
    // A list of lists: a part that is not a parameter begins the next challenge.
    if (!PARAMETER.test(rest)) {
      const scheme = SCHEME.exec(rest);
      if (scheme === null) continue;
      parameters = Object.create(null) as Record<string, string>;
      challenges.push({ scheme: (scheme[1] ?? '').toLowerCase(), parameters });
      rest = rest.slice(scheme[0].length);
    }
    const match = PARAMETER.exec(rest);
    if (match === null || parameters === undefined) continue;
    const name = (match[1] ?? '').toLowerCase();
    if (!(name in parameters)) parameters[name] = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
  }
  return challenges;
}
