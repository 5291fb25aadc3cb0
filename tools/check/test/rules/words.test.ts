import { assert, suite } from '@oxbow/testkit';
import { words } from '../../src/rules/words.ts';
import { audit } from '../made-up-tree.ts';

// Put together here, so that this file does not say what no file says.
const slash = '/';
const forbidden = {
  'a path of one machine': `open('${slash}tmp/x')`,
  'another one': `cd ${slash}work/main`,
  'the home of root': `${slash}root/.config`,
  'a registry': `https://registry${'.'}npmjs.org/x`,
  'a page that is not here': `see DESIGN${'.'}md`,
  'a folder that is not here': `see briefs${slash}loop`,
  'how it was made': `a ${'sub'}agent wrote it`,
  'how it was made, in other words': `a helper ${'agent'}`,
  'a number for a reason': `fixes issue ${'#'}12`,
  'a mark of unfinished work': `// ${'TO'}DO later`,
  'a second mark': `// ${'FIX'}ME`,
  'a third mark': `// ${'XX'}X`,
};

const test = suite('words');

for (const [what, text] of Object.entries(forbidden)) {
  test(`refuses ${what}`, () => {
    const found = audit(words, { 'docs/page.md': `first line\n${text}\n` });
    assert.is(found.length, 1);
    assert.match(found[0] ?? '', /^docs\/page\.md:2 /);
  });
}

test('lets words and paths that only look alike pass', () => {
  const text = `https://example.org${slash}tmp/x ./work/a my${slash}work/b Disallow: ${slash}tmp/ designs.md debriefs XXXL agent`;
  assert.equal(audit(words, { 'a.txt': text }), []);
});

test('refuses the host the machine installs from, in the lock file too', () => {
  const facts = { registryHost: 'mirror.example' };
  const files = {
    'pnpm-lock.yaml': 'a\ntarball: https://mirror.example/a.tgz',
    'a.md': 'from mirror.example',
  };
  assert.equal(
    audit(words, files, facts).map((line) => line.split(' ')[0]),
    ['pnpm-lock.yaml:2', 'a.md:1'],
  );
});

test('counts every place', () => {
  assert.is(audit(words, { 'a.ts': `${forbidden['a third mark']}\n${forbidden['a third mark']}` }).length, 2);
});

test.run();
