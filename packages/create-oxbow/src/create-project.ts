/** Makes a project: copies a template, fills its manifest in, installs what it needs, and only then puts it in its place. */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Draft } from './draft.ts';
import { CreateError } from './errors.ts';
import { install, type PackageManager } from './install.ts';
import { fillManifest, packageName, testedRange } from './manifest.ts';
import { BASE_FOLDER, templateFolder, templateNamed } from './template.ts';

/** Options of {@link createProject}. */
export interface CreateOptions {
  /** One of `crawler`, `websocket-server`, `http-script`, `worker-pool`. */
  readonly template: string;
  /** Installs the dependencies by this; by default nothing is installed. */
  readonly installBy?: PackageManager | undefined;
  /** Gives the attempt up: nothing is left of it. */
  readonly signal?: AbortSignal | undefined;
}

/** What was made. */
export interface CreatedProject {
  /** The absolute path. */
  readonly folder: string;
  /** The name in its package.json. */
  readonly name: string;
  /** Why its dependencies could not be installed; the project itself is whole. */
  readonly installError: CreateError | undefined;
}

/**
 * Makes a project in a folder that is new or empty. The folder appears whole or not at all: what fails, or is aborted, leaves
 * nothing behind. Dependencies that cannot be installed are no reason to leave the project out; see `installError`.
 *
 * @param folder from the current folder
 * @throws CreateError when there is no such template, the folder is not empty, or it cannot be made; the signal's reason when that was
 *   aborted
 */
export async function createProject(folder: string, options: CreateOptions): Promise<CreatedProject> {
  const template = templateNamed(options.template);
  const target = resolve(folder);
  const name = packageName(basename(target));
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const draft = new Draft(target);
  try {
    for (const from of [BASE_FOLDER, templateFolder(template)]) {
      cpSync(from, draft.path, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
    }
    for (const entry of readdirSync(draft.path)) {
      // npm leaves `.gitignore` and `.npmrc` out of what it publishes.
      if (entry.startsWith('_')) renameSync(join(draft.path, entry), join(draft.path, `.${entry.slice(1)}`));
    }
    const manifest = join(draft.path, 'package.json');
    writeFileSync(manifest, fillManifest(readFileSync(manifest, 'utf8'), name, testedRange));
    const installError = await tryInstall(draft.path, options.installBy, signal);
    draft.place();
    return { folder: target, name, installError };
  } catch (error) {
    draft.discard();
    throw error;
  }
}

async function tryInstall(
  folder: string,
  manager: PackageManager | undefined,
  signal: AbortSignal,
): Promise<CreateError | undefined> {
  if (manager === undefined) return undefined;
  try {
    await install(folder, manager, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof CreateError)) throw error;
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
    return error;
  }
}
