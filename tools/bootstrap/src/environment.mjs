/**
 * The environment of everything that is started: without what npm left in it for its own script, and with the
 * registry settings in the names that pnpm reads. Pure.
 */

/** What npm sets for a script it runs and what would mislead an npm or pnpm started from it. */
const OF_THE_OUTER_NPM =
  /^npm_(package_.*|lifecycle_.*|command|execpath|node_execpath|config_(prefix|local_prefix|global_prefix|global|user_agent|init_module|node_gyp|npm_version))$/i;

/** Settings of npm that pnpm 12 knows under `pnpm_config_` only. */
const SHARED_SETTINGS = ['registry', 'cafile', 'proxy', 'https_proxy', 'noproxy', 'strict_ssl'];

/**
 * @param {Readonly<NodeJS.ProcessEnv>} given
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(given) {
  /** @type {NodeJS.ProcessEnv} */
  const env = Object.fromEntries(Object.entries(given).filter(([name]) => !OF_THE_OUTER_NPM.test(name)));
  for (const setting of SHARED_SETTINGS) {
    const value = given[`npm_config_${setting}`] ?? given[`NPM_CONFIG_${setting.toUpperCase()}`];
    if (value) env[`pnpm_config_${setting}`] ??= value;
  }
  env.NX_DAEMON = 'false';
  env.NX_TUI ??= 'false';
  env.NX_NO_CLOUD ??= 'true';
  return env;
}

/**
 * Puts a folder at the front of a PATH.
 *
 * @param {NodeJS.ProcessEnv} env changed in place
 * @param {string} folder
 * @param {string} delimiter
 */
export function prependPath(env, folder, delimiter) {
  // Windows spells it Path.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  env[name] = env[name] ? folder + delimiter + env[name] : folder;
}
