/**
 * Where a script's text ends. `<!--` hides its end tag from nothing, but `<script` inside `<!--` does, until `-->` or an inner end tag.
 * Positions in, positions out; the markup around it is MarkupScanner's matter.
 *
 * Source: WHATWG HTML §13.2.5.4 and §13.2.5.15–31 (the script data states).
 */

/** The three states in which a script's text can be. */
export type ScriptState = 'script' | 'script-escaped' | 'script-double-escaped';

/** How far a script was read. */
export interface ScriptProgress {
  readonly state: ScriptState;
  /** Where its end tag starts, when it was found; else how far it was read: the rest may be the start of a landmark. */
  readonly position: number;
  readonly isEnded: boolean;
}

/** Everything that can change the state. */
const LANDMARK = /<!--|-->|<\/?script[\t\n\f\r />]/gi;
const LONGEST_LANDMARK_CHARS = '</script>'.length;
const SLASH = 0x2f;

/** True for the name of a script state. */
export function isScriptState(mode: string): mode is ScriptState {
  return mode.startsWith('script');
}

/** Reads script text from a position in a state, to its end tag or as far as the text goes. */
export function readScript(text: string, from: number, given: ScriptState): ScriptProgress {
  let state = given;
  let position = from;
  LANDMARK.lastIndex = from;
  for (let found = LANDMARK.exec(text); found !== null; found = LANDMARK.exec(text)) {
    const landmark = found[0];
    if (landmark === '-->') {
      state = 'script';
    } else if (landmark === '<!--') {
      // Its own dashes may be those of a `-->`.
      LANDMARK.lastIndex = found.index + 2;
      if (state === 'script') state = 'script-escaped';
    } else if (landmark.charCodeAt(1) !== SLASH) {
      if (state === 'script-escaped') state = 'script-double-escaped';
    } else if (state === 'script-double-escaped') {
      state = 'script-escaped';
    } else {
      return { state, position: found.index, isEnded: true };
    }
    position = LANDMARK.lastIndex;
  }
  return { state, position: Math.max(position, text.length - LONGEST_LANDMARK_CHARS + 1), isEnded: false };
}
