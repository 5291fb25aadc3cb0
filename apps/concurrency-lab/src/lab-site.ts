/**
 * The lab's page. `POST /run` takes an experiment and answers with its measurements as they are made, each as a line of
 * JSON. `POST /stop` ends the experiment, and is answered once it has ended.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, jsonl } from '@oxbow/codec';
import { createTask, sleep, type Task } from '@oxbow/loop';
import { browserOpener, bundlePage, isFromElsewhere, openPageSite } from '@oxbow/shell';
import type { LabRequest } from './command-line.ts';
import { type Experiment, faultOf, type Measurement } from './experiment.ts';
import { runExperiment } from './lab.ts';

/** An experiment is a few numbers. */
const MAX_REQUEST_BYTES = 4096;

/** Opens the page and serves it until the calling task is cancelled. */
export async function serveLab({ experiment, port, open }: LabRequest): Promise<never> {
  const openPage = browserOpener(open);
  const bench = new Bench();
  const files = await bundlePage(new URL('./page/', import.meta.url));
  files.set('/experiment.json', {
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(experiment)),
  });
  const site = await openPageSite({
    app: 'lab',
    files,
    port,
    route: (path, request, response) => {
      if (path === '/run') void bench.run(request, response);
      else if (path === '/stop') void bench.stop(request, response);
      else return false;
      return true;
    },
  });
  try {
    process.stdout.write(`The concurrency lab is at ${site.url} (Ctrl-C ends it)\n`);
    openPage?.(site.url);
    return await sleep(Number.POSITIVE_INFINITY).then(() => {
      throw new Error('an endless sleep has ended');
    });
  } finally {
    await site.close();
  }
}

/** One experiment at a time: two would measure each other. */
class Bench {
  #running: Task<void> | undefined;

  async run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isRefused(request, response)) return;
    const experiment = await readExperiment(request);
    if (typeof experiment === 'string') return refuse(response, 400, experiment);
    if (this.#running !== undefined)
      return refuse(response, 409, 'an experiment is running already: stop it first');
    response.writeHead(200, { 'content-type': 'application/jsonl', 'cache-control': 'no-store' });
    response.flushHeaders();
    const task = createTask(() => sendMeasurements(experiment, response), { name: 'experiment' });
    this.#running = task;
    response.once('close', () => task.cancel('the page has gone'));
    task.addDoneCallback(() => {
      this.#running = undefined;
      response.end();
    });
  }

  /** Answers when what it measured with is closed: the next experiment can begin. */
  async stop(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isRefused(request, response)) return;
    const task = this.#running;
    task?.cancel('stopped from the page');
    await task?.ended;
    response.writeHead(204).end();
  }
}

function isRefused(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'POST') refuse(response, 405, 'experiments are started and stopped by POST');
  else if (isFromElsewhere(request)) refuse(response, 403, 'experiments are run from this page only');
  else return false;
  return true;
}

async function sendMeasurements(experiment: Experiment, response: ServerResponse): Promise<void> {
  const encoder = jsonl<Measurement>().encoder();
  for await (const measurement of runExperiment(experiment)) response.write(encoder.encode(measurement));
}

/** The experiment in a request, or what is wrong with it. */
async function readExperiment(request: IncomingMessage): Promise<Experiment | string> {
  const decoder = json<Experiment>({ maxMessageBytes: MAX_REQUEST_BYTES }).decoder();
  try {
    for await (const chunk of request) decoder.decode(chunk as Buffer);
    const [experiment] = decoder.end();
    return faultOf(experiment as Experiment) ?? (experiment as Experiment);
  } catch {
    return 'an experiment is { jobs, jobMs, cpuShare, models, workers }';
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
