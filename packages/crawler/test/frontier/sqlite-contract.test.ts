// covers: src/frontier/sqlite-frontier.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteFrontier } from '../../src/frontier/sqlite-frontier.ts';
import { frontierContract } from '../contract/frontier-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'oxbow-frontier-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

frontierContract('sqlite', (options) => openSqliteFrontier(join(folder, `${++files}.db`), options), 4);
