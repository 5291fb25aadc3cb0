/**
 * A package's run as data: what `.results/results.json` and `.results/junit.xml` hold. Pure.
 */
import type { Outcome } from './ledger.ts';
import type { FileResult } from './run-files.ts';

/** One line of the results: a test, or a problem of a whole file (`title` in angle brackets). */
export interface CaseResult {
  readonly suite: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly ms: number;
  readonly message?: string;
}

/** The content of `results.json`. */
export interface Results {
  readonly project: string;
  /** The Node version the tests ran under. */
  readonly node: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ms: number;
  readonly files: readonly {
    readonly file: string;
    readonly ms: number;
    readonly cases: readonly CaseResult[];
  }[];
}

/** Adds up the results of a package's files. A file that ran nothing and has no problem counts as skipped. */
export function sumUp(project: string, node: string, ms: number, files: readonly FileResult[]): Results {
  const listed = files.map((result) => ({ file: result.file, ms: result.ms, cases: casesOf(result) }));
  const count = (outcome: Outcome): number =>
    listed.reduce((sum, { cases }) => sum + cases.filter((one) => one.outcome === outcome).length, 0);
  return {
    project,
    node,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    ms,
    files: listed,
  };
}

function casesOf({ ledger, problems }: FileResult): readonly CaseResult[] {
  const cases: CaseResult[] = [];
  for (const { suite, title, outcome, ms, message } of ledger.tests) {
    if (outcome === 'passed' || outcome === 'skipped') {
      cases.push({ suite, title, outcome, ms, ...(message === undefined ? {} : { message }) });
    }
  }
  if (ledger.skippedBecause !== undefined) {
    cases.push({ suite: '', title: '<file>', outcome: 'skipped', ms: 0, message: ledger.skippedBecause });
  }
  for (const { suite, title, message } of problems) {
    const ms = ledger.tests.find((test) => test.suite === suite && test.title === title)?.ms ?? 0;
    cases.push({ suite, title, outcome: 'failed', ms, message });
  }
  return cases;
}

/** The results in the JUnit XML form that CI systems read. */
export function toJunit(results: Results): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  lines.push(`<testsuites name="${toXml(results.project)}" time="${results.ms / 1000}">`);
  for (const { file, ms, cases } of results.files) {
    const count = (outcome: Outcome): number => cases.filter((one) => one.outcome === outcome).length;
    lines.push(
      `  <testsuite name="${toXml(file)}" tests="${cases.length}" failures="${count('failed')}" skipped="${count('skipped')}" time="${ms / 1000}">`,
    );
    for (const one of cases) lines.push(...junitCase(file, one));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function junitCase(file: string, { suite, title, outcome, ms, message = '' }: CaseResult): readonly string[] {
  const name = toXml(suite === '' ? title : `${suite}: ${title}`);
  const open = `    <testcase classname="${toXml(file)}" name="${name}" time="${ms / 1000}"`;
  if (outcome === 'passed') return [`${open}/>`];
  const tag = outcome === 'failed' ? 'failure' : 'skipped';
  const first = message.split('\n', 1)[0] ?? '';
  return [
    `${open}>`,
    `      <${tag} message="${toXml(first)}">${toXml(message)}</${tag}>`,
    '    </testcase>',
  ];
}

/** Escapes for XML text and attributes; what XML 1.0 §2.2 leaves out of its characters becomes U+FFFD. */
function toXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
