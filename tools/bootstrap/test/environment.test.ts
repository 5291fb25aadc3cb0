import { assert, suite } from '@oxbow/testkit';
import { cleanEnvironment, prependPath } from '../src/environment.mjs';

const test = suite('the environment');

test('forgets what the outer npm set for its script', () => {
  const env = cleanEnvironment({
    npm_package_name: 'oxbow',
    npm_lifecycle_event: 'start',
    npm_config_local_prefix: '/somewhere',
    npm_config_user_agent: 'npm',
    npm_execpath: '/npm-cli.js',
    HOME: '/home/reader',
  });
  assert.equal(
    Object.keys(env).filter((name) => name.startsWith('npm_')),
    [],
  );
  assert.is(env.HOME, '/home/reader');
});

test('keeps the registry settings, and tells pnpm of them too', () => {
  const env = cleanEnvironment({
    npm_config_registry: 'http://mirror.test',
    NPM_CONFIG_CAFILE: '/ca.pem',
    npm_config_noproxy: '',
  });
  assert.is(env.npm_config_registry, 'http://mirror.test');
  assert.is(env.pnpm_config_registry, 'http://mirror.test');
  assert.is(env.pnpm_config_cafile, '/ca.pem');
  assert.not.ok('pnpm_config_noproxy' in env);
});

test("leaves pnpm's own settings as they are", () => {
  const env = cleanEnvironment({
    npm_config_registry: 'http://a.test',
    pnpm_config_registry: 'http://b.test',
  });
  assert.is(env.pnpm_config_registry, 'http://b.test');
});

test('never leaves the nx daemon on', () => {
  assert.is(cleanEnvironment({ NX_DAEMON: 'true' }).NX_DAEMON, 'false');
});

test('puts a folder at the front of the PATH, however it is spelt', () => {
  const unix = { PATH: '/bin' };
  prependPath(unix, '/tool', ':');
  assert.is(unix.PATH, '/tool:/bin');
  const windows = { Path: 'C:\\bin' };
  prependPath(windows, 'C:\\tool', ';');
  assert.is(windows.Path, 'C:\\tool;C:\\bin');
  const empty: { PATH?: string } = {};
  prependPath(empty, '/tool', ':');
  assert.is(empty.PATH, '/tool');
});

test.run();
