/** The lab's page: chooses an experiment, has it measured, and draws the measurements as they come. */
import '@oxbow/shell/page.css';
import './page.css';
import { formatMs, Plot, showHeader } from '@oxbow/shell/page';
import { type Experiment, type Measurement, MODELS, type Model } from '../experiment.ts';
import { columnsOf, rowsOf } from './results.ts';

const COLOURS: Readonly<Record<Model, string>> = {
  'in-turn': '--clay',
  async: '--river',
  threads: '--sand',
  processes: '--dusk',
  'async-threads': '--ink',
};

const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const input = (id: string): HTMLInputElement => byId(id) as HTMLInputElement;
const lines = MODELS.map(({ name, title }) => ({ name: title, colour: COLOURS[name], filled: false }));
const plotStyle = {
  lines,
  x: (value: number) => `N = ${value.toLocaleString()}`,
  y: formatMs,
  logarithmic: true,
};
const timePlot = new Plot(byId('time'), { ...plotStyle, label: 'Time for N jobs, by model' });
const lagPlot = new Plot(byId('lag'), {
  ...plotStyle,
  label: 'How late a tick of the event loop came, by model',
});
const button = byId('run') as HTMLButtonElement;
let state: 'idle' | 'measuring' | 'stopping' = 'idle';

showHeader('lab');
byId('scroll').tabIndex = 0; // the table is wider than a telephone: the keyboard scrolls it too
void begin();

async function begin(): Promise<void> {
  const experiment = (await (await fetch('/experiment.json')).json()) as Experiment;
  for (const { name, title } of MODELS)
    byId('models').append(choice(name, title, experiment.models.includes(name)));
  input('jobs').value = experiment.jobs.join(', ');
  for (const [id, value, unit] of [
    ['job-ms', experiment.jobMs, ' ms'],
    ['cpu-share', experiment.cpuShare, ' %'],
    ['workers', experiment.workers, ''],
  ] as const) {
    const tell = (): void => {
      byId(`${id}-value`).textContent = `${input(id).value}${unit}`;
    };
    input(id).value = String(value);
    input(id).addEventListener('input', tell);
    tell();
  }
  show([]);
  byId('experiment').addEventListener('submit', (event) => {
    event.preventDefault();
    if (state === 'idle') void measure();
    else if (state === 'measuring') void stop();
  });
}

function choice(name: Model, title: string, checked: boolean): HTMLElement {
  const label = document.createElement('label');
  const box = Object.assign(document.createElement('input'), {
    type: 'checkbox',
    name: 'model',
    value: name,
    checked,
  });
  label.style.setProperty('--key', `var(${COLOURS[name]})`);
  label.append(box, title);
  return label;
}

function chosen(): Experiment {
  const models = Array.from(
    document.querySelectorAll<HTMLInputElement>('[name=model]:checked'),
    ({ value }) => value as Model,
  );
  return {
    jobs: input('jobs')
      .value.split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(Number),
    jobMs: Number(input('job-ms').value),
    cpuShare: Number(input('cpu-share').value),
    workers: Number(input('workers').value),
    models,
  };
}

async function measure(): Promise<void> {
  state = 'measuring';
  const measurements: Measurement[] = [];
  showState('measuring', 'busy');
  button.textContent = 'Stop';
  show(measurements);
  try {
    for await (const measurement of measurementsOf(chosen())) {
      measurements.push(measurement);
      show(measurements);
    }
    if (isStopping()) showState('stopped', 'waiting');
    else showState('measured', '');
  } catch (error) {
    showState((error as Error).message, 'broken');
  } finally {
    state = 'idle';
    button.textContent = 'Measure';
  }
}

/** The experiment's own answer ends once its workers are gone; only then can another one begin. */
async function stop(): Promise<void> {
  state = 'stopping';
  showState('stopping', 'busy');
  try {
    await fetch('/stop', { method: 'POST' });
  } catch (error) {
    // The answer that is being read fails as well, and ends the measurement.
    showState((error as Error).message, 'broken');
  }
}

/** Asked after a wait, in which `stop` may have been called. */
function isStopping(): boolean {
  return state === 'stopping';
}

function showState(words: string, kind: string): void {
  byId('state').textContent = words;
  byId('state').className = `badge ${kind}`;
}

/** Has the experiment measured; each measurement as it comes. */
async function* measurementsOf(experiment: Experiment): AsyncGenerator<Measurement> {
  const response = await fetch('/run', { method: 'POST', body: JSON.stringify(experiment) });
  if (!response.ok || response.body === null) throw new Error((await response.text()).trim());
  const decoder = new TextDecoder();
  let rest = '';
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part) as Measurement;
  }
}

function show(measurements: readonly Measurement[]): void {
  const { xs, time, lag } = columnsOf(measurements);
  timePlot.show(xs, time);
  lagPlot.show(xs, lag);
  const rows = rowsOf(measurements).map((cells, index) => {
    const row = document.createElement('tr');
    for (const [column, text] of cells.entries()) {
      const cell = document.createElement(index === 0 || column === 0 ? 'th' : 'td');
      if (cell.tagName === 'TH') cell.setAttribute('scope', index === 0 ? 'col' : 'row');
      cell.textContent = text;
      row.append(cell);
    }
    return row;
  });
  (byId('table').firstElementChild as HTMLElement).replaceChildren(...rows);
}
