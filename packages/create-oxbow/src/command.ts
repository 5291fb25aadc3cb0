/** The command: reads the words, asks for what they leave open, makes the project, and says how to go on. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type Request, readCommandLine, USAGE } from './command-line.ts';
import { type CreatedProject, createProject } from './create-project.ts';
import { CreateError } from './errors.ts';
import { type PackageManager, packageManager } from './install.ts';
import { type Ask, askFolder, askOnTerminal, askTemplate, DEFAULT_FOLDER } from './questions.ts';
import { TEMPLATES, templateNamed } from './template.ts';

/** Exit codes: as a shell expects them of a word that is not known, and of Ctrl-C. */
export const EXIT: Readonly<{ done: 0; failed: 1; usage: 2; interrupted: 130 }> = Object.freeze({
  done: 0,
  failed: 1,
  usage: 2,
  interrupted: 130,
});

/** What a command runs in. */
export interface Surroundings {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly interrupted: AbortController;
}

/** Runs the command; gives its exit code. */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { errors, interrupted } = surroundings;
  try {
    const request = readCommandLine(words);
    if (request.help || request.version) {
      surroundings.output.write(`${request.help ? USAGE : version()}\n`);
      return EXIT.done;
    }
    return await create(request, surroundings);
  } catch (error) {
    if (interrupted.signal.aborted) {
      errors.write('\ncreate-oxbow: interrupted, nothing was made\n');
      return EXIT.interrupted;
    }
    if (!(error instanceof CreateError)) throw error;
    errors.write(`create-oxbow: ${error.message}\n`);
    return error.code === 'ERR_OXBOW_CREATE_USAGE' || error.code === 'ERR_OXBOW_CREATE_UNKNOWN_TEMPLATE'
      ? EXIT.usage
      : EXIT.failed;
  }
}

async function create(request: Request, surroundings: Surroundings): Promise<number> {
  const { output, env, interrupted } = surroundings;
  // A wrong name is told before anything is asked.
  if (request.template !== undefined) templateNamed(request.template);
  const { folder, template } = await complete(request, surroundings);
  const manager = packageManager(env.npm_config_user_agent);
  if (request.install) output.write(`making ${folder} and installing what it needs…\n`);
  const created = await createProject(folder, {
    template,
    installBy: request.install ? manager : undefined,
    signal: interrupted.signal,
  });
  output.write(`${nextSteps(created, manager, request.install)}\n`);
  if (created.installError === undefined) return EXIT.done;
  surroundings.errors.write(`create-oxbow: nothing was installed: ${created.installError.message}\n`);
  return EXIT.failed;
}

/** Fills in what the words leave open: by asking on a terminal, by the defaults with `--yes`. */
async function complete(
  request: Request,
  { input, output, interrupted }: Surroundings,
): Promise<{ readonly folder: string; readonly template: string }> {
  const { folder, template, yes } = request;
  if (yes) return { folder: folder ?? DEFAULT_FOLDER, template: template ?? TEMPLATES[0]!.name };
  if (folder !== undefined && template !== undefined) return { folder, template };
  if (input.isTTY !== true) {
    const missing = folder === undefined ? 'a folder' : '--template';
    const message = `there is no terminal to ask on: give ${missing}, or --yes\n\n${USAGE}`;
    throw new CreateError('ERR_OXBOW_CREATE_USAGE', message);
  }
  const terminal = askOnTerminal(input, output, interrupted.signal, () => interrupted.abort());
  try {
    return await askFor(request, terminal.ask);
  } finally {
    terminal.close();
  }
}

/** Asks for what is missing, the folder first. */
export async function askFor(
  { folder, template }: Pick<Request, 'folder' | 'template'>,
  ask: Ask,
): Promise<{ readonly folder: string; readonly template: string }> {
  return { folder: folder ?? (await askFolder(ask)), template: template ?? (await askTemplate(ask)) };
}

/** What to type next. */
export function nextSteps(
  { folder, installError }: CreatedProject,
  manager: PackageManager,
  wantsInstall: boolean,
): string {
  const path = relative(process.cwd(), folder);
  const steps = [
    ...(path === '' ? [] : [`cd ${/\s/.test(path) ? JSON.stringify(path) : path}`]),
    ...(wantsInstall && installError === undefined ? [] : [`${manager} install`]),
    `${manager} start`,
    `${manager} test`,
  ];
  return [
    `${path === '' ? 'The project' : path} is ready. Next:`,
    '',
    ...steps.map((step) => `  ${step}`),
    '',
  ].join('\n');
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
