/**
 * The public doors of a package, read from its manifest, and the page each of them gets.
 *
 * Reads no disk and knows nothing of typedoc.
 */

/** The part of a package.json that says what is public. */
export interface PackageManifest {
  readonly name: string;
  readonly description?: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** One door: what users name after `from`, and where it is documented. */
export interface Door {
  /** As users import it: `@oxbow/loop/lowlevel`. */
  readonly specifier: string;
  /** Path of the source behind it, inside the package: `src/lowlevel.ts`. */
  readonly source: string;
  /** Path of its page inside the reference, without an extension: `loop/lowlevel`. */
  readonly page: string;
}

/** A package and its doors, the main one first. */
export interface DocumentedPackage {
  /** Folder under packages/, and under the reference: `loop`. */
  readonly folder: string;
  readonly name: string;
  readonly description: string;
  readonly doors: readonly Door[];
}

/** The page a code host shows for a folder. */
export const FOLDER_PAGE = 'README';

/**
 * Finds the doors of a package. Files that hold no exports, such as `./package.json`, are none.
 *
 * @param folder name of the package's folder
 */
export function readPackage(folder: string, manifest: PackageManifest): DocumentedPackage {
  const doors = Object.entries(manifest.exports).flatMap(([door, target]): Door[] => {
    if (typeof target !== 'string' || !target.endsWith('.ts')) return [];
    const name = door.replace(/^\.\/?/, '');
    return [
      {
        specifier: name === '' ? manifest.name : `${manifest.name}/${name}`,
        source: target.replace(/^\.\//, ''),
        page: `${folder}/${name === '' ? FOLDER_PAGE : name}`,
      },
    ];
  });
  return { folder, name: manifest.name, description: manifest.description ?? '', doors };
}
