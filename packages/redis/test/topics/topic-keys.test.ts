import { assert, suite } from '@oxbow/testkit';
import { batchKeyOf, keysOf } from '../../src/topics/topic-keys.ts';

const test = suite('the names of what is kept of a topic');

/** What a cluster hashes of a key: what stands between the first brace and the next that closes. */
const hashTag = (key: string): string | undefined => /\{(.+?)\}/.exec(key)?.[1];

test('all of one topic hash alike, whatever braces its name has', () => {
  for (const topic of ['lobby', '}', '{}', '{x', 'a}b{c}']) {
    const keys = keysOf('ox', topic);
    const tags = [...Object.values(keys), batchKeyOf(keys, 'me'), `${keys.named}id`].map(hashTag);
    assert.is(new Set(tags).size, 1, topic);
    assert.ok(tags[0] !== undefined);
  }
});

test('no two things have the same name, nor do topics or prefixes', () => {
  const names = ['a', 'b'].flatMap((prefix) =>
    ['t', 'u'].flatMap((topic) => Object.values(keysOf(prefix, topic))),
  );
  assert.is(new Set(names).size, names.length);
});

test.run();
