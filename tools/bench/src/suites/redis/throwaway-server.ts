/** A redis-server for one measurement, with what it says of its own processor time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer } from 'node:net';

const SETTINGS = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'];

/** A server of one's own. */
export class ThrowawayServer {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async start(): Promise<ThrowawayServer> {
    const port = await freePort();
    const child = spawn('redis-server', ['--port', String(port), ...SETTINGS], { stdio: 'ignore' });
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', () => reject(new Error('redis-server is not installed')));
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    });
    failed.catch(() => {});
    process.once('exit', () => child.kill('SIGKILL'));
    const server = new ThrowawayServer(port, child);
    for (;;) {
      const said = await Promise.race([server.ask('PING').catch(() => ''), failed]);
      if (said.includes('PONG')) return server;
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Processor time of the server's main thread, in µs. */
  async cpuUs(): Promise<number> {
    const info = await this.ask('INFO cpu');
    const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
    return 1e6 * (seconds('used_cpu_sys_main_thread') + seconds('used_cpu_user_main_thread'));
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  /** Sends one inline command over a connection of its own. */
  ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${command}\r\n`));
      socket.once('data', (data) => {
        socket.destroy();
        resolve(String(data));
      });
      socket.once('error', reject);
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
