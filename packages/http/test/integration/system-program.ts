/** Programs of the system that a test runs as the other side: proxies, a web server. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, skipUnless, until } from '@oxbow/testkit';

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether somebody listens. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

/** Runs a program that listens on a port, gives the port to `body`, and ends it. The folder is for its files. */
export async function withProgram(
  program: string,
  argumentsFor: (port: number, folder: string) => Promise<string[]>,
  body: (port: number, folder: string) => Promise<void>,
): Promise<void> {
  skipUnless(isInstalled(program), `${program} is not installed`);
  const folder = await mkdtemp(join(tmpdir(), `oxbow-${program}-`));
  const port = await freePort();
  const child = spawn(program, await argumentsFor(port, folder), { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    await until(`${program} listens`, async () => child.exitCode !== null || (await isListening(port)));
    assert.is(child.exitCode, null, `${program} has ended`);
    await body(port, folder);
  } finally {
    child.kill();
    await exited;
    await rm(folder, { recursive: true });
  }
}
