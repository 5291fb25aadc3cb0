/**
 * The door for ESLint: what a forgotten `await` of an Op looks like to typescript-eslint. Data alone; it
 * needs neither of the two.
 */

/** One object of ESLint's flat configuration. */
export interface LintConfig {
  readonly name: string;
  readonly rules: Readonly<Record<string, readonly unknown[]>>;
}

/** Packages whose functions give Ops and tasks. */
const PACKAGES: readonly string[] = [
  '@oxbow/loop',
  '@oxbow/threads',
  '@oxbow/stream',
  '@oxbow/http',
  '@oxbow/websocket',
  '@oxbow/crawler',
];

/**
 * Reports an Op, task or promise that nobody waits for: `queue.put(1);` never happens without an `await`.
 * What runs by itself is allowed: `createTask(…)`, `group.createTask(…)`.
 *
 * It sets `@typescript-eslint/no-floating-promises`, which needs the plugin of typescript-eslint and type
 * information.
 */
export const floatingOps: LintConfig = {
  name: '@oxbow/loop/floating-ops',
  rules: {
    '@typescript-eslint/no-floating-promises': [
      'error',
      {
        checkThenables: true,
        allowForKnownSafeCalls: PACKAGES.map((name) => ({
          from: 'package',
          package: name,
          name: ['createTask'],
        })),
      },
    ],
  },
};

/**
 * Reports `Promise.race`: what it leaves behind is still a wait, and can take the request to cancel. `race`
 * ends its losers.
 */
export const nativeRace: LintConfig = {
  name: '@oxbow/loop/native-race',
  rules: {
    'no-restricted-properties': [
      'error',
      {
        object: 'Promise',
        property: 'race',
        message:
          "Use race() of '@oxbow/loop': it ends the losers, which otherwise go on as waits of the task.",
      },
    ],
  },
};

/** Both. */
export const recommended: readonly LintConfig[] = [floatingOps, nativeRace];
