/**
 * What a run prints: nothing for a file that passed but its skips, everything for one that failed, one line
 * for the package. Pure.
 */
import type { Results } from './results.ts';
import type { FileResult } from './run-files.ts';

/** What is printed when a file has ended; '' when all of it passed. */
export function fileReport({ file, ledger, problems, log }: FileResult): string {
  const lines: string[] = [];
  if (ledger.skippedBecause !== undefined) lines.push(`${file} skipped: ${ledger.skippedBecause}`);
  for (const test of ledger.tests) {
    if (test.outcome === 'skipped') lines.push(`${file} skipped "${test.title}": ${test.message}`);
  }
  if (problems.length > 0) {
    lines.push(`✘ ${file}`);
    for (const { suite, title, message } of problems) {
      // The log has the whole of it, with the values compared.
      lines.push(`    ${suite === '' ? '' : `${suite}: `}${title} ${firstLine(message)}`);
    }
    if (log.trim() !== '') lines.push('  it printed:', log.trimEnd().replace(/^/gm, '    | '));
  }
  return lines.join('\n');
}

/**
 * The package's last line, such as `loop: 120 ok, 12 files, 3.2 s`. Not in the form of the workspace's
 * last line, so that a reader of the whole log counts nothing twice.
 */
export function lastLine({ project, passed, failed, skipped, ms, files }: Results): string {
  const parts = [`${passed} ok`];
  if (failed > 0) parts.push(`${failed} not ok`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  parts.push(`${files.length} ${files.length === 1 ? 'file' : 'files'}`, `${(ms / 1000).toFixed(1)} s`);
  return `${project}: ${parts.join(', ')}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
