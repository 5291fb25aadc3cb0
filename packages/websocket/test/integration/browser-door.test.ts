// covers: src/browser.ts, src/browser-client/web-socket-like.ts
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { connect } from '../../src/browser.ts';
import { serve } from '../../src/index.ts';

const door = new URL('../../src/browser.ts', import.meta.url);

/** A source without its comments, whose programs may import what they like. */
function codeOf(file: URL): string {
  return readFileSync(fileURLToPath(file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

/** Every module reachable from a source by import or export, types included, and whatever else is imported. */
function reachable(from: URL): { readonly files: Set<string>; readonly others: Set<string> } {
  const files = new Set<string>();
  const others = new Set<string>();
  const visit = (file: URL): void => {
    if (files.has(file.href)) return;
    files.add(file.href);
    const source = codeOf(file);
    for (const [, specifier] of source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      if (specifier!.startsWith('.')) visit(new URL(specifier!, file));
      else others.add(specifier!);
    }
  };
  visit(from);
  return { files, others };
}

const test = suite('the browser’s door');

test('imports its own files and the loop’s backoff: no node: module, no other door of loop, no rxjs, no codec', () => {
  const { files, others } = reachable(door);
  assert.equal([...others], ['@oxbow/loop/backoff']);
  assert.ok(files.size > 5);
});

test('its files know none of Node’s globals', () => {
  for (const file of reachable(door).files) {
    const source = codeOf(new URL(file));
    assert.not.match(source, /\b(process\.|Buffer\b|require|setImmediate|__dirname|global\.)/, file);
  }
});

test('talks to our server, and finds it again after a restart', async () => {
  let server = await serve(async (socket) => {
    socket.respond((data) => `re ${String(data)}`);
    for await (const message of socket) await socket.send(message);
  });
  const { port } = server;
  const socket = connect(server.url, { reconnect: { baseMs: 5, maxMs: 20 } });
  await socket.send('early');
  for await (const message of socket) {
    assert.is(message, 'early');
    break;
  }
  assert.is(await socket.request('x'), 're x');
  await server.close();
  server = await serve((given) => given.subscribe((message) => given.trySend(message)) && undefined, {
    port,
  });
  await socket.send(Uint8Array.of(1, 2));
  for await (const message of socket) {
    assert.equal(message, Uint8Array.of(1, 2));
    break;
  }
  assert.is((await socket.close()).code, 1000);
  await server.close();
});

test.run();
