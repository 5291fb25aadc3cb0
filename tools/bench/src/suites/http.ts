/** @oxbow/http and its peers. */
import type { Row, Suite, Target } from '../harness/suite.ts';

const OURS = 'ours, session.get(url).text()';
const REQUEST = 'undici.request()';

const row = (name: string, workload: string): Row => ({
  name,
  file: new URL('./http/clients.ts', import.meta.url),
  workload,
});

const against = (name: string, limit: number): Target => ({
  text: `session.get(url).text() against ${name}`,
  limit,
  is: 'at most',
  unit: '×',
  measure: (results) => results.ratio('get-text', OURS, name),
});

export const http: Suite = {
  name: 'http',
  title: 'HTTP: one small GET',
  peers: ['undici', 'got', 'axios', 'ky'],
  tables: [
    {
      id: 'get-text',
      title: 'GET of 1 KiB as text',
      about:
        'Fifty requests on their way over kept connections; the server is node:http in a process of its own. Microseconds of the client’s main thread a request. fetch is Node’s own.',
      unit: 'µs',
      divisor: 1000,
      reference: REQUEST,
      rows: [
        row(OURS, 'oxbow'),
        row(REQUEST, 'undici-request'),
        row('undici, a bare dispatch handler', 'undici-dispatch'),
        row('fetch()', 'fetch'),
        row('ky', 'ky'),
        row('axios', 'axios'),
        row('got', 'got'),
      ],
    },
  ],
  targets: [
    against(REQUEST, 0.72),
    against('undici, a bare dispatch handler', 1.1),
    against('fetch()', 0.25),
    against('ky', 0.166),
    against('axios', 0.125),
    against('got', 0.1),
  ],
};
