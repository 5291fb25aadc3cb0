// covers: src/frontier/log-frontier.ts, src/frontier/kept-frontier.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogFrontier } from '../../src/frontier/log-frontier.ts';
import { frontierContract } from '../contract/frontier-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'oxbow-frontier-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

frontierContract('log', (options) => openLogFrontier(join(folder, `${++files}.log`), options), 12);
