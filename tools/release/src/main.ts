/** `npm run release`: see the usage. Each step says what it does; the first that fails ends it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { answer, cloneInto, command, StepError, step } from './clone.ts';
import { CommandLineError, type Request, readCommandLine, USAGE } from './command-line.ts';
import { faultsOf, type PackedManifest, type Tarball, table, uploadOrder, uploadWords } from './tarball.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OUTPUT = join(ROOT, 'release');

function say(text: string): void {
  console.log(`release: ${text}`);
}

async function readTarball(file: string): Promise<Tarball> {
  const manifest = await answer(ROOT, 'tar', ['-xzOf', file, 'package/package.json']);
  const listed = await answer(ROOT, 'tar', ['-tzf', file]);
  const paths = listed.split('\n').filter((path) => path !== '' && !path.endsWith('/'));
  return {
    file,
    bytes: statSync(file).size,
    manifest: JSON.parse(manifest) as PackedManifest,
    paths: paths.map((path) => path.replace(/^package\//, '')),
  };
}

/** Versions and changelogs, as a commit of the clone; gives what changed. */
async function version(clone: string): Promise<void> {
  say('versions and changelogs by the changesets');
  await command(clone, ['exec', 'changeset', 'version']);
  const changed = await answer(clone, 'git', ['diff', '--stat', '--', '*/CHANGELOG.md']);
  if (changed.trim() === '') {
    say('no changeset is left: the versions stay');
    return;
  }
  console.log(changed.trimEnd());
  await answer(clone, 'git', ['add', '--all']);
  const author = ['-c', 'user.name=Oxbow release', '-c', 'user.email=release@oxbow.invalid'];
  await answer(clone, 'git', [...author, 'commit', '--quiet', '--message', 'Versions and changelogs']);
}

/** Packs every package; refuses what may not be uploaded. */
async function pack(clone: string): Promise<readonly Tarball[]> {
  say('packing');
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(OUTPUT);
  await command(clone, ['build']);
  const filter = ['--filter', './packages/*', '--recursive'];
  await command(clone, ['exec', 'pnpm', ...filter, 'pack', '--pack-destination', OUTPUT]);
  const files = readdirSync(OUTPUT).filter((name) => name.endsWith('.tgz'));
  const tarballs = await Promise.all(files.map((name) => readTarball(join(OUTPUT, name))));
  const faults = tarballs.flatMap((tarball) =>
    faultsOf(tarball).map((fault) => `${tarball.manifest.name}: ${fault}`),
  );
  if (faults.length > 0) throw new StepError(`these may not be uploaded:\n  ${faults.join('\n  ')}`);
  console.log(table(tarballs));
  return uploadOrder(tarballs);
}

async function isUploaded({ manifest: { name, version: wanted } }: Tarball): Promise<boolean> {
  return answer(ROOT, 'npm', ['view', `${name}@${wanted}`, 'version']).then(
    (found) => found.trim() === wanted,
    () => false,
  );
}

/** Brings the versions back as a commit with tags, and uploads what the registry does not have. */
async function publish(clone: string, tarballs: readonly Tarball[], provenance: boolean): Promise<void> {
  await answer(ROOT, 'git', ['fetch', '--quiet', clone, 'HEAD']);
  await answer(ROOT, 'git', ['merge', '--quiet', '--ff-only', 'FETCH_HEAD']);
  for (const tarball of tarballs) {
    const { name, version: wanted } = tarball.manifest;
    if (await isUploaded(tarball)) {
      say(`${name} ${wanted} is there already`);
      continue;
    }
    await step(ROOT, 'npm', uploadWords(tarball, provenance));
    await answer(ROOT, 'git', ['tag', '--force', `${name}@${wanted}`]);
  }
  say('done. Now push the commit and its tags: git push --follow-tags');
}

async function release({ dryRun, tests, checks, provenance }: Request): Promise<void> {
  const dirty = await answer(ROOT, 'git', ['status', '--porcelain']);
  if (dirty !== '') {
    if (!dryRun)
      throw new StepError('commit or put away what is changed here; a release is made of what is committed');
    say('what is changed here and not committed has no part in it');
  }
  if (!dryRun && provenance && process.env.ACTIONS_ID_TOKEN_REQUEST_URL === undefined) {
    throw new StepError('provenance is proved by a CI service with an id token; here say --no-provenance');
  }
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-release-'));
  const clone = join(folder, 'oxbow');
  try {
    say('cloning what is committed');
    await cloneInto(ROOT, clone);
    await version(clone);
    say('checks');
    await command(clone, ['check', ...checks]);
    if (tests) {
      say('tests');
      await command(clone, ['test']);
    }
    const tarballs = await pack(clone);
    if (!dryRun) {
      await publish(clone, tarballs, provenance);
      return;
    }
    say(`the tarballs are in ${relative(process.cwd(), OUTPUT)}/; nothing was uploaded. It would be done by`);
    for (const tarball of tarballs) console.log(`  npm ${uploadWords(tarball, provenance).join(' ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const request = readCommandLine(process.argv.slice(2));
  if (request.help) console.log(USAGE);
  else await release(request);
} catch (error) {
  if (!(error instanceof StepError || error instanceof CommandLineError)) throw error;
  console.error(`release: ${error.message}`);
  process.exitCode = error instanceof CommandLineError ? 2 : 1;
}
