/** The words after `npm run release --`. */
import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Request {
  /** Everything but the upload, and nothing of this clone is changed. */
  readonly dryRun: boolean;
  readonly tests: boolean;
  /** Names of checks; none means all of them. */
  readonly checks: readonly string[];
  readonly provenance: boolean;
  readonly help: boolean;
}

/** The text of `--help`. */
export const USAGE: string = `usage: npm run release -- [options]

A release is made in a clone of what is committed: versions and changelogs by the changesets, every check,
every test, and the tarballs, which are left in release/. Then the versions come back as a commit with tags,
and what the registry does not have yet is uploaded. Run it again when it was interrupted: it goes on.

  --dry-run         everything but the commit and the upload
  --no-tests        without the tests
  --check NAME      this check alone; may be given several times (npm run check -- --list)
  --no-provenance   upload from a machine that cannot prove where the packages were built
  --help`;

/** What was typed makes no sense. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

/**
 * Reads the words.
 *
 * @throws CommandLineError with the usage, for what it does not know
 */
export function readCommandLine(words: readonly string[]): Request {
  try {
    const { values } = parseArgs({
      args: [...words],
      allowNegative: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        tests: { type: 'boolean', default: true },
        check: { type: 'string', multiple: true, default: [] },
        provenance: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { tests, provenance, help, check } = values;
    return { dryRun: values['dry-run'], tests, checks: check, provenance, help };
  } catch (error) {
    throw new CommandLineError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`, {
      cause: error,
    });
  }
}
