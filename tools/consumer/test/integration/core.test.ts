// covers: src/tarballs.ts, src/empty-project.ts
import { testInstalls } from './installs.ts';

testInstalls('loop', 'codec', 'threads', 'stream');
