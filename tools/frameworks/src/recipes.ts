/**
 * The recipes of `docs/recipes`: their programs as files beside the frameworks they use, and what each of them has to answer.
 *
 * A block that begins with the fence `ts recipe` and a line `// name.ts` is a program. Does not run any (see test/recipes.test.ts).
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the programs are written: inside this folder, so that imports find its dependencies. */
export const RECIPES_FOLDER: string = join(import.meta.dirname, '../.recipes');
const PAGES = join(import.meta.dirname, '../../../docs/recipes');

/** A program of a recipe. */
export interface Recipe {
  /** The page's name: `express`. */
  readonly page: string;
  readonly file: string;
  readonly code: string;
}

/** The programs of a page. */
export function recipesOf(page: string, markdown: string): readonly Recipe[] {
  return [...markdown.matchAll(/^```ts recipe\n\/\/ ([\w-]+\.ts)\n([\s\S]*?)^```$/gm)].map(
    ([, name = '', code = '']) => ({ page, file: `${page}/${name}`, code }),
  );
}

/** Writes every program of every recipe, after what was there is gone. */
export function writeRecipes(): readonly Recipe[] {
  rmSync(RECIPES_FOLDER, { recursive: true, force: true });
  const recipes = readdirSync(PAGES)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => recipesOf(name.replace(/\.md$/, ''), readFileSync(join(PAGES, name), 'utf8')));
  for (const { page, file, code } of recipes) {
    mkdirSync(join(RECIPES_FOLDER, page), { recursive: true });
    writeFileSync(join(RECIPES_FOLDER, file), code);
  }
  return recipes;
}
