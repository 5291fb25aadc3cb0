/**
 * Credentials from a `.netrc` file: a user name and a password for each machine it names. The entry `default` is left alone: it would
 * show one password to every host.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { InvalidRequestError } from '../errors.ts';
import { basicForHosts, type Credential } from '../guard/credentials.ts';

/** Bytes of a file beyond which it is not one of these. */
export const MAX_NETRC_BYTES: number = 1024 * 1024;

interface Entry {
  readonly machine: string;
  readonly login: string;
  readonly password: string;
}

function fault(line: number, what: string): never {
  // Never what stands there: it may be a password.
  throw new InvalidRequestError('ERR_OXBOW_HTTP_NETRC', `line ${line} of the netrc file: ${what}`);
}

interface Word {
  readonly text: string;
  readonly line: number;
}

/** Words, or quoted text with `\` before a quote, as curl reads them; comments begin a word with `#`. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let inMacro = false;
  for (const [at, content] of text.split(/\r?\n/).entries()) {
    // A macro goes to the next empty line.
    if (inMacro && content !== '') continue;
    inMacro = false;
    for (const [word, quoted] of content.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)) {
      if (word.startsWith('#') && !isValue(words.at(-1)?.text)) break;
      words.push({ text: quoted === undefined ? word : quoted.replace(/\\(.)/g, '$1'), line: at + 1 });
      if (word === 'macdef') inMacro = true;
    }
    if (inMacro) words.splice(words.findLastIndex(({ text: one }) => one === 'macdef'));
  }
  return words;
}

function isValue(keyword: string | undefined): boolean {
  return keyword === 'password' || keyword === 'login' || keyword === 'account';
}

/** Reads the text of a netrc file. @throws {InvalidRequestError} `ERR_OXBOW_HTTP_NETRC` with the line. */
export function parseNetrc(text: string): Entry[] {
  const entries: Record<string, string>[] = [];
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at++) {
    const { text: keyword, line } = words[at] as Word;
    if (keyword === 'default') {
      entries.push({});
      continue;
    }
    if (keyword !== 'machine' && !isValue(keyword))
      fault(line, 'machine, default, login, password, account or macdef expected');
    const value = words[++at];
    if (value === undefined) fault(line, `${keyword} without a value`);
    if (keyword === 'machine') entries.push({ machine: value.text.toLowerCase() });
    else if (entries.length === 0) fault(line, `${keyword} before a machine`);
    else (entries.at(-1) as Record<string, string>)[keyword] ??= value.text;
  }
  return entries.flatMap(({ machine, login, password }) =>
    machine === undefined || login === undefined ? [] : [{ machine, login, password: password ?? '' }],
  );
}

/**
 * The credentials of a `.netrc` file, for `new Session({ auth: await netrc() })`: Basic, over https at any port, over http only to this
 * machine. Of several entries for a machine the first counts.
 *
 * @param path default the environment's NETRC, else `.netrc` in the home folder
 * @throws {InvalidRequestError} `ERR_OXBOW_HTTP_NETRC` when it cannot be read, with the line when it is malformed
 */
export async function netrc(path?: string): Promise<readonly Credential[]> {
  const file = path ?? process.env['NETRC'] ?? join(homedir(), '.netrc');
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_NETRC',
      `cannot read the netrc file ${file}: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (bytes.length > MAX_NETRC_BYTES) {
    const message = `the netrc file ${file} has ${bytes.length} bytes, the limit is ${MAX_NETRC_BYTES}`;
    throw new InvalidRequestError('ERR_OXBOW_HTTP_NETRC', message);
  }
  return parseNetrc(bytes.toString('utf8')).map(({ machine, login, password }) =>
    basicForHosts(login, password, [machine]),
  );
}
