/**
 * The recording of the event loop as a timeline to scrub and step through. Each task has a lane: turns are solid, being ready is hatched,
 * and waits are thin, with an arrow to the task that is waited for. Below are the ready queue, the timers and the sockets.
 */
import { type Recording, readRecording, type Span, wordsAt } from './recording.ts';

const LANE_PX = 44;
const MIN_STEP_PX = 3;
const SVG = 'http://www.w3.org/2000/svg';

/** Shows the timeline of the trace at `url` in `box`. */
export async function showTimeline(box: HTMLElement, url: string): Promise<void> {
  const recording = readRecording((await (await fetch(url)).json()) as Parameters<typeof readRecording>[0]);
  const drawing = document.createElement('div');
  drawing.className = 'timeline';
  const words = Object.assign(document.createElement('ul'), { className: 'now' });
  const slider = Object.assign(document.createElement('input'), {
    type: 'range',
    min: '0',
    max: String(recording.moments.length - 1),
    value: '0',
  });
  slider.setAttribute('aria-label', 'Moment of the recording');
  const at = document.createElement('p');
  at.className = 'faint';
  const draw = (): void => {
    const moment = recording.moments[Number(slider.value)] ?? 0;
    drawing.replaceChildren(picture(recording, moment, drawing.clientWidth || box.clientWidth));
    words.replaceChildren(
      ...wordsAt(recording, moment).map((text) =>
        Object.assign(document.createElement('li'), { textContent: text }),
      ),
    );
    at.textContent = `${(moment / 1000).toFixed(2)} ms: event ${Number(slider.value) + 1} of ${recording.moments.length}`;
    slider.setAttribute('aria-valuetext', at.textContent);
  };
  slider.addEventListener('input', draw);
  box.append(drawing, slider, at, words);
  new ResizeObserver(draw).observe(drawing);
  draw();
}

function picture({ lanes, tasks, spans, moments }: Recording, moment: number, width: number): SVGElement {
  const height = lanes.length * LANE_PX;
  const svg = element('svg', { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' });
  // Events, not milliseconds, are evenly spaced: a step takes microseconds, a sleep a thousand times as long.
  const x = (time: number): number =>
    (moments.indexOf(time) / Math.max(1, moments.length - 1)) * (width - 8) + 4;
  for (const [index, lane] of lanes.entries()) {
    svg.append(
      element('line', {
        x1: 0,
        x2: width,
        y1: (index + 1) * LANE_PX,
        y2: (index + 1) * LANE_PX,
        class: 'lane',
      }),
    );
    svg.append(
      element('text', { x: 4, y: index * LANE_PX + 13, class: index < tasks ? 'task' : 'resource' }, lane),
    );
  }
  for (const span of spans) svg.append(...spanShapes(span, x));
  svg.append(element('line', { x1: x(moment), x2: x(moment), y1: 0, y2: height, class: 'moment' }));
  return svg;
}

const HEIGHTS: Readonly<Record<Span['kind'], number>> = { step: 19, ready: 9, wait: 3 };

function spanShapes(
  { lane, kind, name, waitsFor, from, to }: Span,
  x: (time: number) => number,
): readonly SVGElement[] {
  const middle = lane * LANE_PX + 28;
  const shape = element('rect', {
    x: x(from),
    y: middle - HEIGHTS[kind] / 2,
    width: Math.max(MIN_STEP_PX, x(to) - x(from)),
    height: HEIGHTS[kind],
    class: kind,
  });
  shape.append(
    element(
      'title',
      {},
      kind === 'step' ? `runs: ${name}` : kind === 'ready' ? `ready: ${name}` : `waits: ${name}`,
    ),
  );
  if (waitsFor === undefined) return [shape];
  const other = waitsFor * LANE_PX + 28;
  const tip = other > middle ? -5 : 5;
  const arrow = `M${x(from)} ${middle}V${other + tip * 2}m-4 ${tip / 2}l4 ${-tip}l4 ${tip}`;
  return [shape, element('path', { d: arrow, class: 'whom' })];
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}
