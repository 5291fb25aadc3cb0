/**
 * Finding a package's test files and choosing among them.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The test files under `<packageFolder>/test`, sorted, with `/` between folders; fixtures are not tests. */
export function findTestFiles(packageFolder: string): readonly string[] {
  const folder = join(packageFolder, 'test');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.split(sep).join('/')}`)
    .filter((path) => path.endsWith('.test.ts') && !path.includes('/fixtures/'))
    .sort();
}

/** The files whose path contains one of the patterns (all without patterns), integration tests if wanted. */
export function chooseTestFiles(
  files: readonly string[],
  { patterns, integration }: { patterns: readonly string[]; integration: boolean },
): readonly string[] {
  return files
    .filter((file) => integration || !file.startsWith('test/integration/'))
    .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
}
