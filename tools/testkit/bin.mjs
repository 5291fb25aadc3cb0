#!/usr/bin/env node
import { main } from './src/run.ts';

process.exitCode = await main(process.argv.slice(2));
