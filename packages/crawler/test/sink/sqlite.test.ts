// covers: src/sink/sqlite-rows.ts
import { writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { assert, suite } from '@oxbow/testkit';
import { sqlite } from '../../src/sink/sqlite.ts';
import { withFile } from './file-sinks.ts';

const rowsOf = (path: string, table = 'pages') => {
  const database = new DatabaseSync(path);
  const rows = database
    .prepare(`SELECT * FROM "${table}" ORDER BY row`)
    .all()
    .map((row) => ({ ...row }));
  database.close();
  return rows;
};
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

const test = suite('sqlite');
test('writes each row into the table, lists as JSON, missing fields as NULL', () =>
  withFile(async (path) => {
    const sink = sqlite(path, { table: 'a "b"', columns: ['url', 'links', 'ok'] });
    await sink.open(undefined);
    assert.is(await sink.write([{ url: 'u', links: ['x'], ok: true, more: 1 }, {}]), 2);
    await sink.sync();
    await sink.close();
    assert.equal(rowsOf(path, 'a ""b""'), [
      { row: 1, url: 'u', links: '["x"]', ok: 'true' },
      { row: 2, url: null, links: null, ok: null },
    ]);
  }));
test('begins a table, goes on at a checkpoint, and empties nothing unasked', () =>
  withFile(async (path) => {
    const columns = ['n'];
    const first = sqlite(path, { columns });
    await first.open(undefined);
    const checkpoint = await first.write([{ n: 1 }]);
    await first.write([{ n: 'lost' }]);
    await first.close();
    const second = sqlite(path, { columns });
    await second.open(checkpoint);
    await second.write([{ n: 'late' }]);
    await second.cutBack(checkpoint);
    assert.is(await second.write([{ n: 2 }]), 2);
    await second.close();
    assert.equal(
      rowsOf(path).map((row) => row.n),
      [1, 2],
    );
    const third = sqlite(path, { columns });
    assert.is(await codeOf(third.open(undefined)), 'ERR_OXBOW_CRAWLER_OUTPUT_EXISTS');
    assert.is(rowsOf(path).length, 2);
    const behind = sqlite(path, { columns, append: true });
    await behind.open(undefined);
    assert.is(await behind.write([{ n: 3 }, behind.prepare?.({ n: new Date(0) })]), 4);
    await behind.cutBack(undefined);
    assert.is(await behind.write([{ n: 4 }]), 3);
    await behind.close();
    const anew = sqlite(path, { columns, overwrite: true });
    await anew.open(undefined);
    await anew.close();
    assert.equal(rowsOf(path), []);
  }));
test('refuses a table with fewer rows than were written before, a file that is no database, and bad options', () =>
  withFile(async (path) => {
    const short = sqlite(path);
    assert.is(await codeOf(short.open(1)), 'ERR_OXBOW_CRAWLER_SINK');
    await short.close();
    await writeFile(path, 'nothing of a database, at any length'.repeat(100));
    const broken = sqlite(path);
    assert.is(await codeOf(broken.open(undefined)), 'ERR_OXBOW_CRAWLER_SINK');
    await codeOf(broken.close());
    assert.throws(() => sqlite(path, { columns: ['Row'] }), /kept for the number/);
    assert.throws(() => sqlite(path, { tabel: 'x' } as object), /table/);
  }));
test('leaves a table of other columns alone, whatever was asked for', () =>
  withFile(async (path) => {
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE pages (mine); INSERT INTO pages VALUES ('precious')");
    database.close();
    for (const options of [{}, { append: true }, { overwrite: true }])
      assert.is(await codeOf(sqlite(path, options).open(undefined)), 'ERR_OXBOW_CRAWLER_SINK');
    const after = new DatabaseSync(path);
    assert.is(after.prepare('SELECT mine FROM pages').get()?.mine, 'precious');
    after.close();
  }));
test.run();
