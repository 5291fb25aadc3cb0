import { assert, suite } from '@oxbow/testkit';
import { Complaint, fileSystemSentence } from '../src/complaint.mjs';

const test = suite('a complaint');

test('ends the process with 1, or with the code it is given', () => {
  assert.is(new Complaint('wrong').exitCode, 1);
  assert.is(new Complaint('wrong', { exitCode: 2 }).exitCode, 2);
});

test('is made of an error of the file system in one sentence', () => {
  assert.match(fileSystemSentence({ code: 'EACCES', path: '/x' }) ?? '', 'cannot write to /x (EACCES)');
  assert.match(fileSystemSentence({ code: 'EROFS' }) ?? '', 'cannot write to the folder (EROFS)');
  assert.match(fileSystemSentence({ code: 'ENOSPC' }) ?? '', 'the disk is full');
});

test('is not made of any other error', () => {
  assert.is(fileSystemSentence(new Error('wrong')), undefined);
  assert.is(fileSystemSentence(undefined), undefined);
});

test.run();
