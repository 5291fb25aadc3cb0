/** Writes a trace as a Mermaid sequence diagram: coroutine → loop → I/O → resume, one arrow for each step. */

import { NOTHING_RECORDED, type Recording, type TraceEvent } from './trace-events.ts';

const LOOP = 'Loop';
const OUTSIDE = 'IO';

/** The diagram of a recording's first `maxSteps` arrows. */
export function mermaid(recording: Recording, maxSteps: number): string {
  const { events, names, dropped } = recording;
  const arrows: string[] = [];
  const waitingOutside = new Map<number, string>();
  for (const event of events) arrows.push(...arrowsOf(event, names, waitingOutside));
  const shown = arrows.slice(0, maxSteps);
  const lines = ['sequenceDiagram', `  participant ${LOOP}`];
  for (const [number, name] of names) {
    if (shown.some((arrow) => arrow.includes(`${actor(number)}:`) || arrow.startsWith(`${actor(number)}-`)))
      lines.push(`  participant ${actor(number)} as ${escapeText(name)}`);
  }
  if (shown.some((arrow) => arrow.includes(OUTSIDE)))
    lines.push(`  participant ${OUTSIDE} as I/O and timers`);
  if (events.length === 0) lines.push(`  Note over ${LOOP}: ${NOTHING_RECORDED}`);
  if (dropped > 0) lines.push(`  Note over ${LOOP}: ${dropped} earlier events were dropped`);
  for (const arrow of shown) lines.push(`  ${arrow}`);
  if (arrows.length > shown.length)
    lines.push(`  Note over ${LOOP}: and ${arrows.length - shown.length} steps more`);
  return `${lines.join('\n')}\n`;
}

function arrowsOf(
  event: TraceEvent,
  names: ReadonlyMap<number, string>,
  waitingOutside: Map<number, string>,
): string[] {
  const task = actor(event.task);
  const what = escapeText(event.what ?? '');
  if (event.kind === 'created') {
    const creator = event.parent === undefined ? LOOP : actor(event.parent);
    return [`${creator}->>${LOOP}: createTask ${escapeText(names.get(event.task) ?? '')}`];
  }
  if (event.kind === 'wait') {
    const asks = `${task}->>${LOOP}: wait for ${what}`;
    if (!event.outside) return [asks];
    waitingOutside.set(event.task, what);
    return [asks, `${LOOP}->>${OUTSIDE}: ${what}`];
  }
  if (event.kind === 'begin') {
    if (event.task === 0) return [`${LOOP}->>${LOOP}: callback`];
    const arrived = waitingOutside.get(event.task);
    waitingOutside.delete(event.task);
    const resume = `${LOOP}->>${task}: ${event.what === undefined ? 'start' : 'resume'}`;
    return arrived === undefined ? [resume] : [`${OUTSIDE}-->>${LOOP}: ${arrived} is over`, resume];
  }
  return event.kind === 'done' ? [`${task}-->>${LOOP}: ${what}`] : [];
}

function actor(number: number): string {
  return number === 0 ? LOOP : `T${number}`;
}

/** Mermaid's own signs as entities; the word "end" alone would end a block. */
function escapeText(text: string): string {
  return text
    .replace(/[#;<>{}\n]/g, (sign) => `#${sign.charCodeAt(0)};`)
    .replace(/\bend\b/gi, (word) => `${word[0]}#${word.charCodeAt(1)};${word[2]}`);
}
