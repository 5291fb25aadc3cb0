/** The files of a page, bundled in memory by esbuild when its app starts. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** One file as it is served. */
export interface PageFile {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** The files of a page by their path below the site's root; `/` is the page itself. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/**
 * Bundles the page in `folder`: `index.html` becomes `/`, `main.ts` and the style sheets it imports become `/page.js` and `/page.css`.
 *
 * @param folder URL of the folder, ending in a slash
 */
export async function bundlePage(folder: URL): Promise<Map<string, PageFile>> {
  const files = await bundleScript(folder);
  const body = await readFile(new URL('index.html', folder));
  return files.set('/', { contentType: 'text/html; charset=utf-8', body });
}

/** The same without `index.html`, for an app that makes its pages itself. */
export async function bundleScript(folder: URL): Promise<Map<string, PageFile>> {
  const result = await build({
    entryPoints: { page: fileURLToPath(new URL('main.ts', folder)) },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: '/',
    logLevel: 'silent',
  });
  const files = new Map<string, PageFile>();
  for (const { path, contents } of result.outputFiles) {
    const extension = path.slice(path.lastIndexOf('.'));
    const name = path.slice(path.lastIndexOf('/'));
    files.set(name, { contentType: TYPES[extension] ?? 'application/octet-stream', body: contents });
  }
  return files;
}
