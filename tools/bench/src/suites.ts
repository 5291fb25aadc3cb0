/** Every suite, in the order they run. */
import type { Suite } from './harness/suite.ts';
import { crawler } from './suites/crawler.ts';
import { http } from './suites/http.ts';
import { loop } from './suites/loop.ts';
import { redis } from './suites/redis.ts';
import { stream } from './suites/stream.ts';
import { websocket } from './suites/websocket.ts';

export const SUITES: readonly Suite[] = [loop, stream, http, websocket, crawler, redis];
