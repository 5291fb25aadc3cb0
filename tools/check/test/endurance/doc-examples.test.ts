/**
 * The programs in doc comments run as a reader would run them, each in a process of its own, and end by themselves.
 *
 * Left out are those that ask somebody who is not here: another host, a file of the reader's, or clients of a server.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { readTree } from '../../src/read-tree.ts';
import { runCommand } from '../../src/run-command.ts';
import { collectSnippets, type Snippet } from '../../src/snippets.ts';
import { linkPackages } from '../../src/steps/check-snippets.ts';

const test = suite('programs in doc comments');
const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');

const EXAMPLE_TIMEOUT_MS = 30_000;
const AT_ONCE = 2;
/** Of some hundred. Fewer would mean that the words below leave out what can run. */
const LEAST_EXAMPLES = 60;
/** Another host, a module or an archive of the reader's, a server that runs until it is stopped. */
const ASKS_SOMEBODY =
  /\bexample\.(org|com|net)\b|\bredis:|\blocalhost\b|['"]\.\/[\w-]+\.[jt]s['"]|'pages\.warc|\bport: 8080\b/;

/** What went wrong, in the program's own words; undefined when it ran to its end. */
async function failureOf(folder: string, { file, page }: Snippet): Promise<string | undefined> {
  const command = { program: process.execPath, args: [file], cwd: folder, env: process.env };
  const { ok, output } = await runCommand({ ...command, timeoutMs: EXAMPLE_TIMEOUT_MS });
  return ok ? undefined : `${page}: ${file}\n${output}`;
}

test('run to their end', async () => {
  const tree = readTree(root);
  const examples = collectSnippets(tree).snippets.filter(
    ({ page, text }) => page.endsWith('.ts') && !ASKS_SOMEBODY.test(text),
  );
  assert.ok(examples.length >= LEAST_EXAMPLES, `${examples.length} examples`);
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-examples-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    linkPackages(folder, root, tree);
    for (const { file, text } of examples) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const failures: string[] = [];
    const waiting = [...examples];
    const worker = async (): Promise<void> => {
      for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
        const failure = await failureOf(folder, each);
        if (failure !== undefined) failures.push(failure);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    assert.equal(failures, []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
