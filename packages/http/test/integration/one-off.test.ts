// covers: src/session/one-off.ts
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { assert, suite } from '@oxbow/testkit';
import * as http from '../../src/index.ts';
import { httpServer } from './loopback.ts';

const test = suite('one-off requests');

test('every verb is there without a session', async () => {
  const server = await httpServer((request, response) => void response.end(request.method));
  const { get, post, put, patch, options } = http;
  for (const [method, send] of Object.entries({ get, post, put, patch, delete: http.delete, options })) {
    assert.is(await send(server.url).text(), method.toUpperCase());
  }
  assert.is(await http.del(server.url).text(), 'DELETE');
  assert.is((await http.head(server.url)).status, 200);
  assert.is(await http.request('PROPFIND', server.url).text(), 'PROPFIND');
  await server.close();
});

test('they keep no cookies', async () => {
  const server = await httpServer((request, response) => {
    response.setHeader('set-cookie', 'sid=1');
    response.end(request.headers.cookie ?? 'none');
  });
  await http.get(server.url).text();
  assert.is(await http.get(server.url).text(), 'none');
  await server.close();
});

test('a program that has its answer ends, though nothing was closed', async () => {
  const server = await httpServer((_, response) => {
    // Without being unref'd the idle connection would keep the program for most of this minute.
    response.setHeader('keep-alive', 'timeout=60');
    response.end('done');
  });
  const door = new URL('../../src/index.ts', import.meta.url).href;
  const script = `const { get } = await import(${JSON.stringify(door)}); console.log(await get(${JSON.stringify(server.url)}).text());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  assert.is(stdout.trim(), 'done');
  await server.close();
});

test.run();
