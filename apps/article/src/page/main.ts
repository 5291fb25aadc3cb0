/** The script of every page of the article: the header, and on a chapter the running of its program. */
import '@oxbow/shell/page.css';
import './page.css';
import { showHeader } from '@oxbow/shell/page';
import { figureOf } from './figures.ts';
import { Picture } from './picture.ts';
import { showTimeline } from './timeline.ts';

/** Output beyond this many characters is cut at its beginning. */
const MAX_OUTPUT = 200_000;

showHeader('article');

const run = document.querySelector<HTMLElement>('.run');
if (run !== null) void showRun(run, run.dataset.program as string);

async function showRun(section: HTMLElement, program: string): Promise<void> {
  const output = section.querySelector('#output') as HTMLElement;
  const note = section.querySelector('#output-note') as HTMLElement;
  const box = section.querySelector('#picture') as HTMLElement;
  const picture = new Picture(box);
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'main',
    textContent: 'Run',
  });
  section.querySelector('.controls')?.append(button);
  let running: AbortController | undefined;
  const start = async (): Promise<void> => {
    running = new AbortController();
    button.textContent = 'Stop';
    note.textContent = 'running';
    output.textContent = '';
    try {
      for await (const soFar of outputOf(program, running.signal)) {
        output.textContent = soFar;
        output.scrollTop = output.scrollHeight;
        picture.show(figureOf(program, soFar));
      }
      note.textContent = 'of the run just now';
    } catch (error) {
      note.textContent = running.signal.aborted ? 'of the run you stopped' : String((error as Error).message);
    } finally {
      running = undefined;
      button.textContent = 'Run again';
    }
  };
  button.addEventListener('click', () => (running === undefined ? void start() : running.abort()));
  if (program === 'event-loop') await showTimeline(box, '/event-loop.json');
}

/** The output of one run, again and again as it grows. Ends with the program; aborting stops it. */
async function* outputOf(program: string, signal: AbortSignal): AsyncGenerator<string> {
  const response = await fetch(`/run/${program}`, { method: 'POST', signal });
  if (!response.ok || response.body === null) throw new Error((await response.text()).trim());
  const decoder = new TextDecoder();
  let text = '';
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    text = (text + decoder.decode(value, { stream: true })).slice(-MAX_OUTPUT);
    yield text;
  }
}
