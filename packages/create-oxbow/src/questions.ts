/** What is asked on a terminal when the command line does not say it. */
import { createInterface } from 'node:readline/promises';
import { TEMPLATES, type Template } from './template.ts';

/** The folder when nothing else is said. */
export const DEFAULT_FOLDER = 'oxbow-app';

/** Asks a question, and gives what was typed; an aborted signal ends the wait with an `AbortError`. */
export type Ask = (question: string) => Promise<string>;

/** A way to ask on this terminal, until it is closed. A closed input counts as an interruption. */
export function askOnTerminal(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
  onInterrupt: () => void,
): { readonly ask: Ask; readonly close: () => void } {
  const terminal = createInterface({ input, output });
  let isDone = false;
  // A terminal in raw mode gives Ctrl-C to the reader instead of sending a signal.
  terminal.on('SIGINT', onInterrupt);
  terminal.on('close', () => {
    if (!isDone) onInterrupt();
  });
  return {
    ask: (question) => terminal.question(question, { signal }),
    close: () => {
      isDone = true;
      terminal.close();
    },
  };
}

/** Asks where the project goes; an empty answer is the default. */
export async function askFolder(ask: Ask): Promise<string> {
  return (await ask(`Folder (${DEFAULT_FOLDER}): `)).trim() || DEFAULT_FOLDER;
}

/** Asks which template, by number or name, until one of them is named. */
export async function askTemplate(ask: Ask): Promise<string> {
  const list = TEMPLATES.map(({ name, about }, at) => `  ${at + 1}  ${name.padEnd(18)} ${about}`).join('\n');
  let question = `What is it going to be?\n${list}\nNumber or name (1): `;
  for (;;) {
    const answer = (await ask(question)).trim();
    const template = answer === '' ? TEMPLATES[0] : chosen(answer);
    if (template !== undefined) return template.name;
    question = `"${answer}" is none of them. Number or name (1): `;
  }
}

function chosen(answer: string): Template | undefined {
  return TEMPLATES.find(({ name }, at) => name === answer.toLowerCase() || String(at + 1) === answer);
}
