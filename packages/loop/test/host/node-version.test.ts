import { assert, suite } from '@oxbow/testkit';
import { refuseOldNode } from '../../src/host/node-version.ts';

const test = suite('the oldest Node');

test('says which Node is needed, and which one this is', () => {
  const said =
    'Oxbow needs Node 22.19 or newer, and this is Node 20.20.2. Install a current one from nodejs.org.';
  assert.throws(
    () => refuseOldNode({ node: '20.20.2' }),
    (error: Error & { code?: string }) => error.message === said && error.code === 'ERR_OXBOW_OLD_NODE',
  );
});

for (const node of ['0.12.18', '18.20.8', '20.20.2', '21.19.0', '22.0.0', '22.9.0', '22.18.0']) {
  test(`refuses Node ${node}`, () => assert.throws(() => refuseOldNode({ node }), /needs Node 22\.19/));
}

for (const node of ['22.19.0', '22.23.3', '23.0.0', '24.21.0', '26.0.0-nightly20260101', '100.0.0']) {
  test(`takes Node ${node}`, () => refuseOldNode({ node }));
}

test('has nothing against a page, nor against a process that a bundler made up', () => {
  refuseOldNode(undefined);
  refuseOldNode({});
});

test('has nothing against Bun and Deno, whatever Node they say they follow', () => {
  refuseOldNode({ node: '20.11.1', deno: '2.1.0' });
  refuseOldNode({ node: '22.6.0', bun: '1.2.0' });
});

test.run();
