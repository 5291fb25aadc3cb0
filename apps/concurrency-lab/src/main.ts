#!/usr/bin/env node
/** The program behind `npm run lab`. */
import { runApp } from '@oxbow/shell';
import { HELP, readCommandLine } from './command-line.ts';
import type { Experiment, Measurement } from './experiment.ts';
import { runExperiment } from './lab.ts';
import { heading, line } from './terminal.ts';

await runApp(async (words) => {
  const request = readCommandLine(words);
  if (request === 'help') process.stdout.write(HELP);
  else if (request.page) await (await import('./lab-site.ts')).serveLab(request);
  else await printExperiment(request.experiment);
  return 0;
});

async function printExperiment(experiment: Experiment): Promise<void> {
  process.stdout.write(heading(experiment));
  const measurements: Measurement[] = [];
  const last = experiment.models.at(-1);
  for await (const measurement of runExperiment(experiment)) {
    measurements.push(measurement);
    if (measurement.model === last) process.stdout.write(line(measurement.jobs, experiment, measurements));
  }
}
