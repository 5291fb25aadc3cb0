/**
 * Tests wait for facts, not for time: a span that is long enough on one machine is too short on a busy one, and too long
 * on every other. The one function that lets real time pass is the testkit's `until(what, fact)`.
 *
 * Sees timers with a delay, promises of timers, blocking waits with a limit, loops over the clock, and a browser's
 * `waitForTimeout`. In integration tests it also sees the loop's `sleep` where no virtual clock moves it. A timer without a delay
 * is a turn of the loop, and one of hours is a wait that is to be cancelled: both may stay. What has to do with real time itself
 * says so, on the line or the one above: `// real time: why`.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { isNode, nameOf, type SourceFile, type SyntaxNode } from '../source-file.ts';

/** Long proofs under test/soak are no tests: they take the time that they are given. */
const IN_TEST = /^(packages|apps|tools)\/[^/]+\/test\/(?!soak\/)/;
const IN_INTEGRATION = /\/test\/(integration|endurance)\//;
const EXCUSE = /^\s*real time: \S/;

/** From this delay on, in milliseconds, nobody means to see the end of it. */
const ENDLESS_MS = 10_000;

const ADVICE =
  "wait for a fact instead, by until('what', () => …) of the testkit, or let a virtual clock jump";

/** Rule `real-time`. */
export const realTime: Rule = {
  name: 'real-time',
  about: 'no test waits for a span of real time',
  audit: (tree) =>
    tree
      .sources()
      .filter(({ path }) => IN_TEST.test(path))
      .flatMap(auditFile),
};

function auditFile(source: SourceFile): readonly Problem[] {
  if (source.syntaxError !== undefined) return [];
  const excused = new Set(
    source.comments
      .filter(({ value }) => EXCUSE.test(value))
      .flatMap((comment) => [source.lineOf(comment.start), source.lineOf(comment.end) + 1]),
  );
  const sleepIsReal = IN_INTEGRATION.test(source.path) && !source.text.includes('VirtualClock');
  const problems: Problem[] = [];
  const add = (line: number, what: string): void => {
    if (!excused.has(line)) problems.push({ path: source.path, line, message: `${what}: ${ADVICE}` });
  };
  for (const { specifier, names, line } of source.uses) {
    if (/^(node:)?timers\/promises$/.test(specifier) && names.join() !== 'setImmediate') {
      add(line, 'a timer is awaited');
    }
  }
  source.walk((node) => {
    const what = realWait(node, sleepIsReal);
    if (what !== undefined) add(source.lineOf(node), what);
    return undefined;
  });
  return problems;
}

/** What kind of wait a node is, if it is one. */
function realWait(node: SyntaxNode, sleepIsReal: boolean): string | undefined {
  if (node.type === 'WhileStatement' || node.type === 'ForStatement' || node.type === 'DoWhileStatement') {
    return isNode(node.test) && readsClock(node.test) ? 'the clock ends this loop' : undefined;
  }
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return undefined;
  const given = node.arguments as readonly SyntaxNode[];
  const { callee } = node;
  if (callee.type === 'MemberExpression') {
    const method = nameOf(callee.property);
    if (method === 'waitForTimeout') return 'the browser waits for a span of time';
    if (nameOf(callee.object) !== 'Atomics') return undefined;
    return (method === 'wait' || method === 'waitAsync') && given.length > 3
      ? 'a wait has a limit in time'
      : undefined;
  }
  const name = nameOf(callee);
  if (name === 'setTimeout' && isDelay(given[1])) return 'a timer has a delay';
  return name === 'sleep' && sleepIsReal && isDelay(given[0]) ? 'a sleep takes real time' : undefined;
}

/** Whether a delay passes within a test: none is a turn of the loop, and a very long one is there to be cancelled. */
function isDelay(node: SyntaxNode | undefined): boolean {
  if (node === undefined) return false;
  if (nameOf(node) === 'Infinity' || node.type === 'MemberExpression')
    return nameOf(node.property) !== 'POSITIVE_INFINITY';
  return node.type !== 'Literal' || ((node.value as number) > 0 && (node.value as number) < ENDLESS_MS);
}

function readsClock(node: SyntaxNode): boolean {
  if (node.type === 'CallExpression' && isNode(node.callee) && node.callee.type === 'MemberExpression') {
    const { object, property } = node.callee;
    if (nameOf(property) === 'now' && ['Date', 'performance'].includes(nameOf(object) ?? '')) return true;
  }
  return Object.values(node).some((child) =>
    Array.isArray(child)
      ? child.some((item) => isNode(item) && readsClock(item))
      : isNode(child) && readsClock(child),
  );
}
