import { getEventListeners } from 'node:events';
import { assert, suite } from '@oxbow/testkit';
import { builtin, hostProcess, requireBuiltin } from '../../src/host/builtin.ts';

const test = suite('modules of the host');

test('gives the module that an import would give', () => {
  assert.is(builtin('node:events')?.getEventListeners, getEventListeners);
  assert.is(requireBuiltin('node:events', 'This test'), builtin('node:events'));
  assert.is(hostProcess, process);
});

test('says what a module is needed for when the host does not have it', () => {
  const ask = requireBuiltin as (id: string, use: string) => unknown;
  assert.throws(() => ask('node:nothing', 'The watchdog'), /^The watchdog needs node:nothing/);
});

test.run();
