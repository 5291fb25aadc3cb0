/**
 * `npm run docs`: writes the reference of the packages' public doors and builds the site around it, or says why it could not and leaves the last
 * ones as they were.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CommandLineError, type PageForm, readCommandLine, USAGE } from './command-line.ts';
import { findDeadLinks } from './dead-links.ts';
import { type DocumentedPackage, FOLDER_PAGE, type PackageManifest, readPackage } from './door.ts';
import { errorLines, failureSentence, warningLines } from './finding.ts';
import { renderIndex } from './index-page.ts';
import { OutputFolder } from './output-folder.ts';
import { buildSite, serveSite, stageSite } from './site/build-site.ts';
import { writeReference } from './write-reference.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PLACES: Readonly<Record<PageForm, string>> = {
  markdown: 'docs/reference',
  html: 'docs/reference-html',
};
/** 128 + SIGINT: what a shell expects after Ctrl-C. */
const EXIT_CODE_SIGINT = 130;
const EXTENSIONS: Readonly<Record<PageForm, string>> = { markdown: '.md', html: '.html' };

/** Where `--serve` shows the site. */
const SITE_PORT = 4290;

/** The part of the root manifest that names the forge. */
interface Repository {
  readonly repository: { readonly url: string };
}

const interrupted = new AbortController();
process.on('SIGINT', () => interrupted.abort(new Error('interrupted')));
process.on('SIGTERM', () => interrupted.abort(new Error('interrupted')));

function say(line: string): void {
  console.error(line);
}

function readPackages(): readonly DocumentedPackage[] {
  const folder = join(ROOT, 'packages');
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .map((name) =>
      readPackage(
        name,
        JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as PackageManifest,
      ),
    );
}

function filesBelow(folder: string, extension: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(extension))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

function sayDeadLinks(folder: string): void {
  const pages = new Map(
    filesBelow(folder, '.md').map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  const dead = findDeadLinks(pages, (path) => existsSync(join(folder, path)));
  for (const { page, target } of dead) say(`${page}: the link ${target} leads nowhere`);
}

async function docs(form: PageForm): Promise<number> {
  const startMs = performance.now();
  const packages = readPackages();
  const output = new OutputFolder(join(ROOT, PLACES[form]));
  try {
    output.begin();
    const job = { root: ROOT, packages, form, into: output.draft };
    const findings = await writeReference(job, interrupted.signal, say);
    for (const line of warningLines(findings)) say(line);
    if (findings.some(({ severity }) => severity === 'error')) {
      for (const line of errorLines(findings)) say(line);
      say(failureSentence(findings, PLACES[form]));
      return 1;
    }
    if (form === 'markdown') {
      writeFileSync(join(output.draft, `${FOLDER_PAGE}.md`), renderIndex(packages));
      sayDeadLinks(output.draft);
    }
    const count = filesBelow(output.draft, EXTENSIONS[form]).length;
    output.place();
    const first = join(output.path, form === 'html' ? 'index.html' : `${FOLDER_PAGE}.md`);
    const seconds = Math.round((performance.now() - startMs) / 1000);
    console.log(`wrote ${count} pages in ${seconds} s; begin at ${relative(process.cwd(), first)}`);
    return 0;
  } finally {
    output.discard();
  }
}

/** Builds the site around the reference that has just been written, and serves it if that is wanted. */
async function site(serve: boolean): Promise<number> {
  const startMs = performance.now();
  const output = new OutputFolder(join(ROOT, 'docs/site'));
  const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Repository;
  const job = {
    root: ROOT,
    stage: join(import.meta.dirname, '../.site'),
    into: output.draft,
    packages: readPackages().map(({ folder }) => folder),
    forgeUrl: repository.url.replace(/^git\+|\.git$/g, ''),
  };
  try {
    output.begin();
    const count = stageSite(job);
    await buildSite(job);
    output.place();
    const seconds = Math.round((performance.now() - startMs) / 1000);
    console.log(
      `built the site of ${count} pages in ${seconds} s, in ${relative(process.cwd(), output.path)}`,
    );
  } finally {
    output.discard();
  }
  if (!serve) return 0;
  console.log(`the site is at ${await serveSite({ ...job, into: output.path }, SITE_PORT)} (Ctrl-C ends it)`);
  await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve));
  return EXIT_CODE_SIGINT;
}

async function main(): Promise<number> {
  const request = readCommandLine(process.argv.slice(2));
  if (request.help) {
    console.log(USAGE);
    return 0;
  }
  const exitCode = await docs(request.form);
  return exitCode === 0 && request.site ? site(request.serve) : exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (interrupted.signal.aborted) {
    console.error('interrupted: nothing was written');
    process.exitCode = EXIT_CODE_SIGINT;
  } else {
    console.error(error instanceof CommandLineError ? error.message : error);
    process.exitCode = error instanceof CommandLineError ? 2 : 1;
  }
}
