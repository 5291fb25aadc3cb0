/**
 * Digest access authentication (RFC 7616): from a challenge and a request to the value of Authorization. Pure; the hash comes in.
 * With the quality of protection `auth`, or none (RFC 2069); `auth-int`, which covers the body, is not among them.
 */
import type { Challenge } from './challenge.ts';

/** An algorithm of RFC 7616 §6.1, and the hash it is made of. */
export interface DigestAlgorithm {
  /** As the challenge names it. */
  readonly name: string;
  readonly hash: 'md5' | 'sha256' | 'sha512-256';
  readonly isSession: boolean;
}

/** What a server has asked for, and is answered by until it asks anew. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** With `auth`, or as RFC 2069 has it. */
  readonly hasQop: boolean;
  readonly hashesUser: boolean;
  readonly isStale: boolean;
}

/** The request to be shown for. */
export interface DigestRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly username: string;
  readonly password: string;
  readonly cnonce: string;
  /** How often this nonce was used, this time included. */
  readonly count: number;
}

// The strongest first.
const HASHES = ['sha512-256', 'sha256', 'md5'] as const;
const NAMES: Readonly<Record<string, DigestAlgorithm['hash']>> = {
  md5: 'md5',
  'sha-256': 'sha256',
  'sha-512-256': 'sha512-256',
};

function algorithmOf(given: string | undefined): DigestAlgorithm | undefined {
  const name = given ?? 'MD5';
  const lower = name.toLowerCase();
  const isSession = lower.endsWith('-sess');
  const hash = NAMES[isSession ? lower.slice(0, -'-sess'.length) : lower];
  return hash === undefined ? undefined : { name, hash, isSession };
}

/** The strongest Digest challenge that can be met, if there is one. */
export function chooseDigest(challenges: readonly Challenge[]): DigestChallenge | undefined {
  const met: DigestChallenge[] = [];
  for (const { scheme, parameters } of challenges) {
    const { realm, nonce, opaque, qop } = parameters;
    const algorithm = algorithmOf(parameters['algorithm']);
    if (scheme !== 'digest' || realm === undefined || nonce === undefined || algorithm === undefined)
      continue;
    const kinds = qop?.split(',').map((kind) => kind.trim().toLowerCase());
    if (kinds !== undefined && !kinds.includes('auth')) continue;
    met.push({
      realm,
      nonce,
      opaque,
      algorithm,
      hasQop: kinds !== undefined,
      hashesUser: parameters['userhash']?.toLowerCase() === 'true',
      isStale: parameters['stale']?.toLowerCase() === 'true',
    });
  }
  return met.sort((a, b) => HASHES.indexOf(a.algorithm.hash) - HASHES.indexOf(b.algorithm.hash))[0];
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** RFC 7616 §3.4: a name that does not fit into quotes goes in the form of RFC 8187. */
function userField(username: string): string {
  if (/^[\x20-\x7e]*$/.test(username)) return `username=${quoted(username)}`;
  const encoded = encodeURIComponent(username).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `username*=UTF-8''${encoded}`;
}

/**
 * The value of Authorization (RFC 7616 §3.4).
 *
 * @param hash gives the hexadecimal hash of UTF-8 text
 */
export function digestAuthorization(
  challenge: DigestChallenge,
  request: DigestRequest,
  hash: (algorithm: DigestAlgorithm['hash'], text: string) => string,
): string {
  const { realm, nonce, opaque, algorithm, hasQop, hashesUser } = challenge;
  const { username, password, cnonce, method, path } = request;
  const h = (text: string): string => hash(algorithm.hash, text);
  const count = request.count.toString(16).padStart(8, '0');
  let a1 = h(`${username}:${realm}:${password}`);
  if (algorithm.isSession) a1 = h(`${a1}:${nonce}:${cnonce}`);
  const a2 = h(`${method}:${path}`);
  const response = h(hasQop ? `${a1}:${nonce}:${count}:${cnonce}:auth:${a2}` : `${a1}:${nonce}:${a2}`);
  const fields = [
    hashesUser ? `username=${quoted(h(`${username}:${realm}`))}` : userField(username),
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(path)}`,
    `algorithm=${algorithm.name}`,
    `response=${quoted(response)}`,
  ];
  if (hasQop) fields.push('qop=auth', `nc=${count}`);
  if (hasQop || algorithm.isSession) fields.push(`cnonce=${quoted(cnonce)}`);
  if (opaque !== undefined) fields.push(`opaque=${quoted(opaque)}`);
  if (hashesUser) fields.push('userhash=true');
  return `Digest ${fields.join(', ')}`;
}
