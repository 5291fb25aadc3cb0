/**
 * The arguments of `oxbow-test`. Pure.
 */

/** What the command line and the environment ask for. */
export interface Request {
  /** Parts of file paths; empty means every file. */
  readonly patterns: readonly string[];
  /** Whether `test/integration` is run too. */
  readonly integration: boolean;
  /** Whether `test/endurance` is run, and nothing else. */
  readonly endurance: boolean;
  /** Whether every file has a process of its own. */
  readonly isolated: boolean;
  readonly help: boolean;
}

/** Shown by `oxbow-test --help`. */
export const USAGE = `usage: oxbow-test [pattern…] [--no-integration | --endurance] [--isolated]

Runs test/**/*.test.ts of the package in the current folder: unit tests several files a process, integration tests by
themselves after them.
  pattern            run only the files whose path contains it
  --no-integration   leave out test/integration (also OXBOW_NO_INTEGRATION=1)
  --endurance        run test/endurance, which is left out otherwise, and nothing else (also OXBOW_ENDURANCE=1)
  --isolated         a process for every file (also OXBOW_ISOLATED=1)

environment: OXBOW_TEST_TIMEOUT (ms a test), OXBOW_FILE_TIMEOUT (ms a file), OXBOW_HANDLE_GRACE (ms after the last test),
             OXBOW_JOBS (processes at once), OXBOW_REQUIRE=1 (nothing may be skipped), OXBOW_COVERAGE=1 (collect coverage)`;

/**
 * Reads the arguments.
 *
 * @throws Error for an unknown option
 */
export function readArguments(
  given: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Request {
  const patterns: string[] = [];
  let integration = env.OXBOW_NO_INTEGRATION !== '1';
  let endurance = env.OXBOW_ENDURANCE === '1';
  let isolated = env.OXBOW_ISOLATED === '1';
  let help = false;
  for (const argument of given) {
    if (argument === '--no-integration') integration = false;
    else if (argument === '--endurance') endurance = true;
    else if (argument === '--isolated') isolated = true;
    else if (argument === '--help' || argument === '-h') help = true;
    else if (argument.startsWith('-')) throw new Error(`unknown option ${argument}\n\n${USAGE}`);
    else patterns.push(argument);
  }
  return { patterns, integration, endurance, isolated, help };
}
