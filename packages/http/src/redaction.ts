/**
 * Keeps secrets out of messages and logs: what a URL or a header looks like when it is shown.
 * The real values never leave the request; errors only ever carry the redacted ones.
 */

/** Query parameters whose value is a secret by their name. */
const SECRET_PARAMETER =
  /([?&;](?:[^=&;#]*(?:token|secret|passw|signature|credential|api[-_]?key|session)[^=&;#]*|key|sig|auth|code|jwt|sid|pwd))=[^&;#]*/gi;

const USERINFO = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i;

/** Longest URL put into a message; the rest is replaced by an ellipsis. */
const MAX_SHOWN_CHARACTERS = 300;

/** A URL, whole, without userinfo and with secret-looking query values replaced by `***`. */
export function withoutSecrets(url: string): string {
  return url.replace(USERINFO, '$1').replace(SECRET_PARAMETER, '$1=***');
}

/** A URL fit for a message: without userinfo, with secret-looking query values replaced by `***`, and cut to 300 characters. */
export function redactUrl(url: string): string {
  const shown = withoutSecrets(url);
  return shown.length > MAX_SHOWN_CHARACTERS ? `${shown.slice(0, MAX_SHOWN_CHARACTERS)}…` : shown;
}
