/** Where typedoc's Markdown goes: one page for each door, in the folder of its package. */
import { type Reflection, ReflectionKind } from 'typedoc';
import { ModuleRouter } from 'typedoc-plugin-markdown';
import { type Door, FOLDER_PAGE } from './door.ts';

/** The router for these doors. The modules of the project bear the doors' specifiers as names. */
export function doorRouter(doors: readonly Door[]): typeof ModuleRouter {
  const pages = new Map(doors.map(({ specifier, page }) => [specifier, page]));
  return class DoorRouter extends ModuleRouter {
    override getIdealBaseName(reflection: Reflection): string {
      const own = reflection.kind === ReflectionKind.Module ? pages.get(reflection.name) : undefined;
      if (own !== undefined) return own;
      // Everything else stands on its door's page. The router reserves a name for it all the same: one no door has.
      const parent = reflection.parent === undefined ? FOLDER_PAGE : this.getIdealBaseName(reflection.parent);
      return `${parent}/${reflection.name}`;
    }
  };
}
