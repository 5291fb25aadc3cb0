/**
 * What the words after `npm test --` (or build, soak) mean: projects, parts of file names, options. Pure.
 */
import { Complaint } from './complaint.mjs';
import { nearest } from './nearest.mjs';
import { findProject } from './workspace.mjs';

/**
 * @typedef {import('./workspace.mjs').Project} Project
 * @typedef {object} Selection
 * @property {Project[]} projects
 * @property {string[]} patterns
 * @property {Set<string>} options
 * @property {Map<string, number>} numbers of the options that take one
 */

/**
 * @param {readonly string[]} words
 * @param {readonly Project[]} all the projects to choose from
 * @param {{ command: string, options: readonly string[], numbers?: readonly string[], patterns: boolean }} grammar numbers:
 *   options that take a whole number ≥ 1, as the next word or behind `=`; patterns: whether words beside a project's name are
 *   taken as parts of file names
 * @returns {Selection} all projects when none is named
 * @throws {Complaint} for an unknown option or project, and a number that is none
 */
export function select(words, all, { command, options, numbers = [], patterns: takesPatterns }) {
  /** @type {Selection} */
  const selection = { projects: [], patterns: [], options: new Set(), numbers: new Map() };
  const known = [...options, ...numbers];
  const rest = words.values();
  for (const word of rest) {
    if (word.startsWith('-')) {
      const [option = word, value] = word.split('=', 2);
      if (numbers.includes(option))
        selection.numbers.set(option, numberOf(option, value ?? rest.next().value));
      else if (options.includes(word)) selection.options.add(word);
      else throw unknown(`${command} has no option ${word}`, option, known);
      continue;
    }
    const project = findProject(all, word);
    if (project !== undefined) {
      if (!selection.projects.includes(project)) selection.projects.push(project);
      const inside = word.startsWith(`${project.folder}/`) ? word.slice(project.folder.length + 1) : '';
      if (inside !== '' && takesPatterns) selection.patterns.push(inside);
    } else if (takesPatterns && selection.projects.length > 0) {
      selection.patterns.push(word);
    } else {
      throw unknown(
        `${command} knows no project "${word}"`,
        word,
        all.map(({ shortName }) => shortName),
      );
    }
  }
  if (selection.projects.length === 0) selection.projects.push(...all);
  return selection;
}

/**
 * @param {string} option
 * @param {string | undefined} word
 */
function numberOf(option, word) {
  const number = Number(word);
  if (word && Number.isSafeInteger(number) && number >= 1) return number;
  throw new Complaint(
    `${option} takes a whole number of at least 1, not ${word === undefined ? 'nothing' : `"${word}"`}.`,
    {
      exitCode: 2,
    },
  );
}

/**
 * @param {string} what
 * @param {string} word
 * @param {readonly string[]} known
 */
export function unknown(what, word, known) {
  const guess = nearest(word, known);
  const hint = guess === undefined ? '' : `; did you mean ${guess}?`;
  const list = known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
  return new Complaint(`${what}${hint || '.'} ${list}`, { exitCode: 2 });
}
