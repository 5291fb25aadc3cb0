import { assert, suite } from '@oxbow/testkit';
import { readAnswer, readQuestion, writeAnswer, writeQuestion } from '../../src/topics/audience-question.ts';
import { readBatch } from '../../src/topics/topic-record.ts';

const test = suite('questions about an audience, and answers');

test('a question is read as it was written, and is no batch', () => {
  for (const at of [undefined, { epoch: 'e:1', offset: 7 }]) {
    const question = { replyTo: 'ox:answers:me', number: 3, at };
    const bytes = Buffer.from(writeQuestion(question));
    assert.equal(readQuestion(bytes), question);
    assert.is(readBatch(bytes), undefined);
  }
});

test('an answer is read as it was written', () => {
  const answer = { number: 3, broker: 'b-1', followers: 40 };
  assert.equal(readAnswer(Buffer.from(writeAnswer(answer))), answer);
});

test('what is neither is neither', () => {
  for (const words of ['', 'e:1:', '?', '?{', '?{}', '?{"replyTo":1,"number":2}'])
    assert.is(readQuestion(Buffer.from(words)), undefined, words);
  for (const words of ['', '1 b', 'x b 1', '1 b -1'])
    assert.is(readAnswer(Buffer.from(words)), undefined, words);
});

test.run();
