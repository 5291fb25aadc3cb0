/** The words after `npm create oxbow`. Reads them; does nothing. */
import { parseArgs } from 'node:util';
import { CreateError } from './errors.ts';
import { TEMPLATES } from './template.ts';

/** What was asked for. */
export interface Request {
  readonly folder: string | undefined;
  readonly template: string | undefined;
  /** Takes the defaults instead of asking. */
  readonly yes: boolean;
  readonly install: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const LIST = TEMPLATES.map(({ name, about }) => `  ${name.padEnd(18)} ${about}`).join('\n');

/** The text of `--help`. */
export const USAGE: string = `usage: npm create oxbow [folder] [-- options]

  -t, --template NAME  what to begin with
  -y, --yes            ask nothing: oxbow-app as the folder, crawler as the template
      --no-install     leave the dependencies to you
      --help, --version

templates:
${LIST}`;

/**
 * Reads the words.
 *
 * @throws CreateError `ERR_OXBOW_CREATE_USAGE` for what it does not know, with the usage
 */
export function readCommandLine(words: readonly string[]): Request {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      allowNegative: true,
      options: {
        template: { type: 'string', short: 't' },
        yes: { type: 'boolean', short: 'y', default: false },
        install: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
    if (positionals.length > 1) {
      throw new Error(`one folder can be made at a time, and these are ${positionals.length}`);
    }
    const { template, yes, install, help, version } = values;
    return { folder: positionals[0], template, yes, install, help, version };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CreateError('ERR_OXBOW_CREATE_USAGE', `${reason}\n\n${USAGE}`, { cause: error });
  }
}
