/**
 * Reads the repository once: the files git knows (new ones too, ignored ones not), as a Tree.
 *
 * The only reader of the disk; judges nothing.
 */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_KINDS } from './project.ts';
import { Tree } from './tree.ts';

/** Folders that tools make and git ignores. */
const MADE_FOLDERS = /^(node_modules|dist|coverage|\..*)$/;
/** Bytes of a file that are looked at for a zero byte, the mark of a file that is not text (as git does). */
const SNIFFED_BYTES = 8000;
/** Bytes `git ls-files` may print. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/** Reads the tree under `root`. */
export function readTree(root: string): Tree {
  const files: Record<string, string> = {};
  const binaries: string[] = [];
  for (const path of listFiles(root)) {
    const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const bytes = stat.isFile() ? readFileSync(join(root, path)) : undefined;
    if (bytes === undefined || bytes.subarray(0, SNIFFED_BYTES).includes(0)) binaries.push(path);
    else files[path] = bytes.toString('utf8');
  }
  const emptyFolders = PROJECT_KINDS.flatMap((kind) => findEmptyFolders(root, kind));
  const registryHost = configuredRegistryHost();
  return new Tree(files, { binaries, emptyFolders, ...(registryHost === undefined ? {} : { registryHost }) });
}

function listFiles(root: string): readonly string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const list = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: MAX_LIST_BYTES });
  return [...new Set(list.split('\0'))].filter((path) => path !== '').sort();
}

function findEmptyFolders(root: string, folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    const children = readdirSync(join(root, path), { withFileTypes: true });
    if (children.length === 0) found.push(path);
    for (const child of children) {
      if (child.isDirectory() && !MADE_FOLDERS.test(child.name)) visit(`${path}/${child.name}`);
    }
  };
  if (lstatSync(join(root, folder), { throwIfNoEntry: false })) visit(folder);
  return found;
}

/** The host a user's own configuration installs from, where it is not the public one. */
function configuredRegistryHost(): string | undefined {
  const address = process.env.npm_config_registry ?? process.env.NPM_CONFIG_REGISTRY ?? npmConfig();
  const host = address !== undefined && URL.canParse(address) ? new URL(address).host : '';
  return host === '' || /(^|\.)npmjs\.org$/.test(host) ? undefined : host;
}

function npmConfig(): string | undefined {
  try {
    const args = ['config', 'get', 'registry'];
    return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined; // npm is not there: nothing is configured
  }
}
