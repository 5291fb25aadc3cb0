#!/usr/bin/env node
/** The program behind `npm run article`. */
import { runApp } from '@oxbow/shell';
import { article } from './article.ts';

await runApp(article);
