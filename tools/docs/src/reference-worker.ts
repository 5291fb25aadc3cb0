/**
 * Runs typedoc on a thread of its own: it reads all packages in one long call, and Ctrl-C must be heard meanwhile.
 *
 * Writes only into the folder it is given; what to make of the findings is the command's business.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Application, Converter, Logger, LogLevel, type TypeDocOptions } from 'typedoc';
import { load } from 'typedoc-plugin-markdown';
import { doorRouter } from './door-router.ts';
import type { Finding } from './finding.ts';
import type { ReferenceJob, ReferenceMessage } from './reference-job.ts';

const TSCONFIG = join(import.meta.dirname, '../tsconfig.packages.json');
/** Packages whose types appear in ours, with the address of their own reference. */
const DOCUMENTED_ELSEWHERE = {
  rxjs: { '*': 'https://rxjs.dev/api' },
  undici: { '*': 'https://undici.nodejs.org' },
  '@types/node': { '*': 'https://nodejs.org/api/' },
};

/** Keeps what typedoc says; it would colour and print it. */
class FindingLogger extends Logger {
  readonly findings: Finding[] = [];

  override log(message: string, level: LogLevel): void {
    if (level === LogLevel.Error) this.findings.push({ severity: 'error', message });
    if (level === LogLevel.Warn) this.findings.push({ severity: 'warning', message });
  }
}

const COMMON: TypeDocOptions = {
  name: 'Oxbow',
  tsconfig: TSCONFIG,
  readme: 'none',
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  // Sources are linked by relative paths: the pages are read in this checkout, at a revision that is its own.
  disableGit: true,
  gitRevision: 'checkout',
  sourceLinkTemplate: '../../../{path}#L{line}',
  externalSymbolLinkMappings: DOCUMENTED_ELSEWHERE,
  validation: { invalidLink: true, notExported: false, notDocumented: false },
};

const MARKDOWN: Record<string, unknown> = {
  router: 'door',
  entryFileName: 'README',
  useHTMLAnchors: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  // A type is a link in a table and plain text in a code block.
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideSources: true },
  sanitizeComments: true,
};

function say(message: ReferenceMessage): void {
  parentPort?.postMessage(message);
}

async function writeReference(job: ReferenceJob): Promise<readonly Finding[]> {
  const { root, packages, form, into } = job;
  const doors = packages.flatMap((pkg) => pkg.doors);
  const specifiers = new Map(
    packages.flatMap(({ name, doors }) => doors.map((door) => [`${name} ${door.source}`, door.specifier])),
  );
  const entryPoints = packages.flatMap(({ folder, doors }) =>
    doors.map(({ source }) => join(root, 'packages', folder, source)),
  );
  const logger = new FindingLogger();
  const prepare = (app: Application): void => {
    app.logger = logger;
    if (form === 'markdown') {
      load(app as Parameters<typeof load>[0]);
      app.renderer.defineRouter('door', doorRouter(doors));
    }
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
      for (const module of project.children ?? []) {
        const id = project.getSymbolIdFromReflection(module);
        module.name = specifiers.get(`${id?.packageName} ${id?.packagePath}`) ?? module.name;
      }
    });
  };
  say({ kind: 'progress', line: `reading ${doors.length} doors of ${packages.length} packages…` });
  const app = await Application.bootstrapWithPlugins({
    ...COMMON,
    ...(form === 'markdown' ? MARKDOWN : {}),
    entryPoints,
    basePath: root,
    displayBasePath: root,
    plugin: [prepare],
  } as TypeDocOptions);
  const project = await app.convert();
  if (project === undefined || logger.hasErrors()) return logger.findings;
  app.validate(project);
  say({ kind: 'progress', line: `writing ${form === 'html' ? 'HTML' : 'Markdown'}…` });
  await app.outputs.writeOutput({ name: form, path: into }, project);
  return logger.findings;
}

const findings = await writeReference(workerData as ReferenceJob);
say({ kind: 'done', findings });
