/**
 * What the words after `npm test --` (or build, soak) mean: projects, parts of file names, options. Pure.
 */
import { Complaint } from './complaint.mjs';
import { nearest } from './nearest.mjs';
import { findProject } from './workspace.mjs';

/**
 * @typedef {import('./workspace.mjs').Project} Project
 * @typedef {{ projects: Project[], patterns: string[], options: Set<string> }} Selection
 */

/**
 * @param {readonly string[]} words
 * @param {readonly Project[]} all the projects to choose from
 * @param {{ command: string, options: readonly string[], patterns: boolean }} grammar patterns: whether words beside a
 *   project's name are taken as parts of file names
 * @returns {Selection} all projects when none is named
 * @throws {Complaint} for an unknown option or project
 */
export function select(words, all, { command, options: known, patterns: takesPatterns }) {
  /** @type {Selection} */
  const selection = { projects: [], patterns: [], options: new Set() };
  for (const word of words) {
    if (word.startsWith('-')) {
      if (!known.includes(word)) throw unknown(`${command} has no option ${word}`, word, known);
      selection.options.add(word);
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
