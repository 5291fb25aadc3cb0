/** Shows an output to the person who asked for it. */
import { spawn } from 'node:child_process';

/** Shows a file or an address by the system's own means; does nothing where there are none. */
export async function openInViewer(target: string): Promise<void> {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '']
        : ['xdg-open'];
  await new Promise<void>((done) => {
    const child = spawn(program!, [...args, target], { stdio: 'ignore', detached: true });
    child.once('error', () => done());
    child.once('spawn', () => {
      child.unref();
      done();
    });
  });
}
