import { assert, suite } from '@oxbow/testkit';
import { sentencesOfComment, sentencesOfMarkdown } from '../src/sentences.ts';

const test = suite('sentences');

const read = (text: string) => sentencesOfMarkdown(text).map((each) => [each.line, each.words, each.text]);

test('end with a mark before a capital, wherever the line breaks', () => {
  assert.equal(read('One two. Three\nfour five! (Six.)\n"Seven eight?" Nine'), [
    [1, 2, 'One two.'],
    [1, 3, 'Three four five!'],
    [2, 1, '(Six.)'],
    [3, 2, '"Seven eight?"'],
    [3, 1, 'Nine'],
  ]);
});

test('do not end with an abbreviation, a number or a file name', () => {
  assert.equal(read('See e.g. Node 24.21 and a.ts of it. vs. More'), [
    [1, 10, 'See e.g. Node 24.21 and a.ts of it. vs. More'],
  ]);
});

test('begin anew at a heading, an item, a quote, a paragraph and a cell', () => {
  assert.equal(
    read('# Title here\nafter it\n\n- one\n- two\n  goes on\n\n| a b | c; d e |\n|---|---|\n').map(
      ([line, count]) => [line, count],
    ),
    [
      [1, 2],
      [2, 2],
      [4, 1],
      [5, 3],
      [8, 2],
      [8, 1],
      [8, 2],
    ],
  );
});

test('count code as one word, and several names in a row too; a link is its text; blocks and pictures are nothing', () => {
  assert.equal(
    read(
      'Use `a b c`, `d` and `e` [with this](x.md) ![picture of it](y.png) <br> now\n\n```ts\nconst a = 1;\n```\n',
    ).map(([, count]) => count),
    [5],
  );
});

test('are found in a comment by the line of the file, its tags apart', () => {
  const comment = '/**\n * One two.\n * @throws Error when three\n */';
  assert.equal(
    sentencesOfComment(comment, 10).map(({ line, words }) => [line, words]),
    [
      [11, 2],
      [12, 3],
    ],
  );
});

test('are not looked for in what a site reads at the top of a page', () => {
  assert.equal(read('---\ntitle: a b c\n---\nOne.'), [[4, 1, 'One.']]);
});

test.run();
