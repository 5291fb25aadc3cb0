// Loads the loop as if debug mode did not exist: `node --import ./bench/without-hooks.ts program.ts`. For measuring what
// the hooks cost while nobody looks.
//
// The edit is mechanical, and checked before anything is loaded: every hook must be where it is listed here, and nothing
// that looks like one may be left.

import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const SOURCES = new URL('../src/', import.meta.url);
/** What is behind the hooks, and runs only when one is called. */
const BEHIND = 'debug/';

/** The hooks of each file, in order. */
const HOOKS: Readonly<Record<string, readonly string[]>> = {
  'scheduler/event-loop.ts': ['turnReady', 'takeObserved'],
  'task/awaitable.ts': ['opAwaited'],
  'task/continuation.ts': ['opAwaited', 'waitBegan', 'waitEnded'],
  'task/create-op.ts': ['waitBegan', 'waitEnded'],
  'task/op.ts': ['opAwaited'],
  'task/operation.ts': ['opCreated', 'opAwaited'],
  'task/race.ts': ['opAwaited'],
  'task/task.ts': ['taskCreated', 'taskDone'],
};

/** One `if` on a line of its own that asks for a hook and calls it. */
const CALL =
  /^ *if \([^;\n]*(?:probe\.current|\.instrument) !== undefined\) [\w.]+\.(\w+)(?:\?\.)?\(.*\);\n/gim;
/** A turn that is taken with hooks around it, or without. */
const AROUND = /^ *if \(this\.instrument === undefined\) (.*;)\n *else (\w+)\(.*this\.instrument\);\n/gm;
/** What only an overlooked hook would match: the loop's field and the function that takes an observed turn remain. */
const LEFT = /probe\.current|\.instrument\b/i;

/** The source of a file of the loop, and the names of the hooks that were cut out of it. */
function cut(source: string): { readonly source: string; readonly hooks: readonly string[] } {
  const hooks: string[] = [];
  const rest = source
    .replace(CALL, (_all, hook: string) => {
      hooks.push(hook);
      return '';
    })
    .replace(AROUND, (_all, turn: string, hook: string) => {
      hooks.push(hook);
      return `${turn}\n`;
    });
  return { source: rest, hooks };
}

const edited = new Map<string, string>();
for (const file of globSync('**/*.ts', { cwd: fileURLToPath(SOURCES) })) {
  if (file.startsWith(BEHIND)) continue;
  const { source, hooks } = cut(readFileSync(new URL(file, SOURCES), 'utf8'));
  const expected = HOOKS[file] ?? [];
  if (hooks.join() !== expected.join() || LEFT.test(source)) {
    throw new Error(
      `${file}: expected the hooks [${expected.join(', ')}], cut out [${hooks.join(', ')}]; ${LEFT.test(source) ? 'more are left' : 'none is left'}`,
    );
  }
  if (hooks.length > 0) edited.set(new URL(file, SOURCES).href, source);
}
for (const file of Object.keys(HOOKS)) {
  if (!edited.has(new URL(file, SOURCES).href)) throw new Error(`${file} is gone, and its hooks with it`);
}

registerHooks({
  load: (url, context, nextLoad) => {
    const source = edited.get(url);
    return source === undefined
      ? nextLoad(url, context)
      : { format: 'module-typescript', source, shortCircuit: true };
  },
});
