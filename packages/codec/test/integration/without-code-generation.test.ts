// msgpackr compiles a reader for each record and reads strings with a native add-on; both can be missing.
import { execFileSync } from 'node:child_process';
import { assert, suite } from '@oxbow/testkit';

const test = suite('msgpackStream() where the fast ways are closed');

const PROGRAM = `
  import { msgpackStream } from '@oxbow/codec/msgpack';
  import { isNativeAccelerationEnabled } from 'msgpackr';
  let generates = true;
  try { new Function('return 1')(); } catch { generates = false; }
  const encoder = msgpackStream().encoder();
  const decoder = msgpackStream().decoder();
  const values = Array.from({ length: 500 }, (_, id) => ({ id, url: 'https://example.org/' + id, timing: { dns: 1.5, 'total ms': id }, tags: ['ä', 'b'.repeat(id)] }));
  const bytes = Buffer.concat(values.map((value) => encoder.encode(value)));
  const decoded = [];
  for (let at = 0; at < bytes.length; at += 1000) decoded.push(...decoder.decode(bytes.subarray(at, at + 1000)));
  console.log(JSON.stringify({ generates, native: isNativeAccelerationEnabled, same: JSON.stringify(decoded) === JSON.stringify(values), count: decoded.length }));`;

function runWith(flags: readonly string[], env: Record<string, string>): Record<string, unknown> {
  const output = execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', PROGRAM], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return JSON.parse(output) as Record<string, unknown>;
}

test('it decodes under --disallow-code-generation-from-strings', () => {
  const result = runWith(['--disallow-code-generation-from-strings'], {});
  assert.equal([result.generates, result.same, result.count], [false, true, 500]);
});

test("it decodes without msgpackr's native add-on", () => {
  const result = runWith([], { MSGPACKR_NATIVE_ACCELERATION_DISABLED: 'true' });
  assert.equal([result.native, result.same, result.count], [false, true, 500]);
});

test.run();
