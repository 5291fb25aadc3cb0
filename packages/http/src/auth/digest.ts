/**
 * A credential for Digest (RFC 7616): nothing is sent before the server asks; what it asked is then answered with every request, until it
 * asks anew. The arithmetic is in protocol/digest.ts.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  type Credential,
  type CredentialRequest,
  type CredentialScope,
  originsOf,
  type Refusal,
  refuseControls,
} from '../guard/credentials.ts';
import { parseChallenges } from '../protocol/challenge.ts';
import { chooseDigest, type DigestChallenge, digestAuthorization } from '../protocol/digest.ts';

/** Origins whose challenges are remembered. */
const MAX_ORIGINS = 100;

interface Asked {
  readonly challenge: DigestChallenge;
  count: number;
}

const hash = (algorithm: string, text: string): string =>
  createHash(algorithm).update(text, 'utf8').digest('hex');

class Digest implements Credential {
  readonly origins: readonly string[] | undefined;
  readonly #username: string;
  readonly #password: string;
  readonly #asked = new Map<string, Asked>();

  constructor(username: string, password: string, origins: readonly string[] | undefined) {
    this.#username = username;
    this.#password = password;
    this.origins = origins;
  }

  authorization({ origin, method, path }: CredentialRequest): string | undefined {
    const asked = this.#asked.get(origin);
    if (asked === undefined) return undefined;
    const request = {
      method,
      path,
      username: this.#username,
      password: this.#password,
      cnonce: randomBytes(16).toString('hex'),
      count: ++asked.count,
    };
    return digestAuthorization(asked.challenge, request, hash);
  }

  onRefused({ origin, challenges, authorization }: Refusal): boolean {
    const challenge = chooseDigest(parseChallenges(challenges));
    if (challenge === undefined) return false;
    const known = this.#asked.get(origin)?.challenge;
    // Shown for the present nonce, and refused without a word of its age: name or password are wrong (RFC 7616 §3.3).
    const wasShown =
      authorization !== undefined && known !== undefined && authorization.includes(known.nonce);
    if (wasShown && !challenge.isStale) return false;
    // Of many requests that were refused at once, the first brings the nonce that all use.
    if (known === undefined || wasShown) this.#remember(origin, challenge);
    return true;
  }

  #remember(origin: string, challenge: DigestChallenge): void {
    this.#asked.delete(origin);
    if (this.#asked.size >= MAX_ORIGINS) {
      const oldest = this.#asked.keys().next();
      if (!oldest.done) this.#asked.delete(oldest.value);
    }
    this.#asked.set(origin, { challenge, count: 0 });
  }
}

/**
 * User name and password for a server that asks for Digest (RFC 7616, with MD5, SHA-256 or SHA-512-256; the strongest it offers). The
 * first request is refused and sent again, so its body must be one that can be.
 *
 * @throws {InvalidRequestError} for control characters.
 *
 * @example
 * ```ts
 * import { digest, Session } from '@oxbow/http';
 *
 * const session = new Session({ auth: digest('ada', 'secret', { origins: ['https://example.org'] }) });
 * await session.close();
 * ```
 */
export function digest(username: string, password: string, scope: CredentialScope = {}): Credential {
  return new Digest(
    refuseControls(username, 'user name'),
    refuseControls(password, 'password'),
    originsOf(scope),
  );
}
