import { PassThrough } from 'node:stream';
import { assert, suite } from '@oxbow/testkit';
import { askFolder, askOnTerminal, askTemplate } from '../src/questions.ts';

const test = suite('questions');

/** Answers one question after another, and keeps what was asked. */
function answers(...words: readonly string[]): {
  ask: (question: string) => Promise<string>;
  asked: string[];
} {
  const left = [...words];
  const asked: string[] = [];
  return {
    asked,
    ask: async (question) => {
      asked.push(question);
      return left.shift() ?? '';
    },
  };
}

test('an empty answer takes the default', async () => {
  assert.is(await askFolder(answers('').ask), 'oxbow-app');
  assert.is(await askFolder(answers(' mine ').ask), 'mine');
  assert.is(await askTemplate(answers('').ask), 'crawler');
});

test('a template is named by number or by name', async () => {
  assert.is(await askTemplate(answers('2').ask), 'websocket-server');
  assert.is(await askTemplate(answers('Worker-Pool').ask), 'worker-pool');
});

test('an answer that names none is asked for again', async () => {
  const { ask, asked } = answers('5', 'spider', '4');
  assert.is(await askTemplate(ask), 'worker-pool');
  assert.is(asked.length, 3);
  assert.match(asked[2] ?? '', '"spider" is none of them');
});

test('a line typed on the terminal is the answer', async () => {
  const input = new PassThrough();
  const terminal = askOnTerminal(input, new PassThrough(), new AbortController().signal, () => {});
  const answer = terminal.ask('Folder: ');
  input.write('mine\n');
  assert.is(await answer, 'mine');
  terminal.close();
});

test('an input that ends is an interruption, closing it oneself is not', async () => {
  let interruptions = 0;
  const open = () => {
    const input = new PassThrough();
    return {
      input,
      terminal: askOnTerminal(input, new PassThrough(), new AbortController().signal, () => interruptions++),
    };
  };
  open().terminal.close();
  assert.is(interruptions, 0);
  const ended = open();
  await new Promise<void>((resolve) => {
    ended.input.once('close', () => resolve());
    ended.input.resume().end();
  });
  assert.is(interruptions, 1);
});

test.run();
