/** The recording of the event loop as a timeline that one scrubs and steps: a lane a task, steps solid, waits thin. */
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

function picture({ lanes, spans, moments }: Recording, moment: number, width: number): SVGElement {
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
    svg.append(element('text', { x: 4, y: index * LANE_PX + 13 }, lane));
  }
  for (const span of spans) svg.append(spanShape(span, x));
  svg.append(element('line', { x1: x(moment), x2: x(moment), y1: 0, y2: height, class: 'moment' }));
  return svg;
}

function spanShape({ lane, kind, name, from, to }: Span, x: (time: number) => number): SVGElement {
  const y = lane * LANE_PX + (kind === 'step' ? 19 : 27);
  const shape = element('rect', {
    x: x(from),
    y,
    width: Math.max(MIN_STEP_PX, x(to) - x(from)),
    height: kind === 'step' ? 19 : 3,
    class: kind,
  });
  shape.append(element('title', {}, `${kind === 'step' ? 'runs' : 'waits for'} ${name}`));
  return shape;
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
