/** The text of a 1 KiB answer, by each client, with its connections kept and 50 requests on their way. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Session } from '@oxbow/http';
import axios from 'axios';
import got from 'got';
import ky from 'ky';
import { Agent, type Dispatcher, request } from 'undici';
import type { Workload } from '../../harness/workload.ts';

const CONNECTIONS = 50;
const BODY_BYTES = 1024;

/** Makes the client when its first round begins; gives what fetches one text. */
type MakeClient = () => (url: string) => PromiseLike<string>;

const CLIENTS: Readonly<Record<string, MakeClient>> = {
  oxbow: () => {
    const session = new Session({ limits: { perOrigin: CONNECTIONS } });
    return (url) => session.get(url).text();
  },
  'undici-request': () => {
    const dispatcher = new Agent({ connections: CONNECTIONS });
    return async (url) => (await request(url, { dispatcher })).body.text();
  },
  'undici-dispatch': () => {
    const dispatcher = new Agent({ connections: CONNECTIONS });
    return (url) => dispatchText(dispatcher, new URL(url).origin);
  },
  fetch: () => async (url) => (await fetch(url)).text(),
  got: () => {
    const client = got.extend({
      agent: { http: new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS }) },
    });
    return (url) => client(url).text();
  },
  axios: () => {
    const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS });
    const client = axios.create({ httpAgent, responseType: 'text' });
    return async (url) => (await client.get<string>(url)).data;
  },
  ky: () => (url) => ky(url).text(),
};

/** The least a client on undici can do: a handler that collects the body. */
function dispatchText(dispatcher: Dispatcher, origin: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    dispatcher.dispatch(
      { origin, path: '/', method: 'GET' },
      {
        onRequestStart: () => {},
        onResponseStart: () => {},
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(Buffer.concat(chunks).toString('utf8')),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

/** A server in a process of its own, for as long as this one lives. */
async function startServer(): Promise<string> {
  const server = fork(new URL('./http-server.ts', import.meta.url), [String(BODY_BYTES)]);
  const [port] = (await once(server, 'message')) as [number];
  return `http://127.0.0.1:${port}/`;
}

function textOf(make: MakeClient): Workload {
  let started: Promise<{ url: string; get: (url: string) => PromiseLike<string> }> | undefined;
  return {
    portion: CONNECTIONS,
    warmUps: 4,
    run: async (operations) => {
      const { url, get } = await (started ??= startServer().then((address) => ({
        url: address,
        get: make(),
      })));
      let left = operations;
      const worker = async (): Promise<void> => {
        while (left-- > 0) {
          const text = await get(url);
          if (text.length !== BODY_BYTES) throw new Error(`${text.length} of ${BODY_BYTES} characters came`);
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    },
  };
}

export const workloads: Readonly<Record<string, Workload>> = Object.fromEntries(
  Object.entries(CLIENTS).map(([name, make]) => [name, textOf(make)]),
);
