/** Code as HTML with its parts marked, by highlight.js; the palette knows the classes (`hljs-…`). */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import typescript from 'highlight.js/lib/languages/typescript';

hljs.registerLanguage('typescript', typescript);
hljs.registerLanguage('bash', bash);
hljs.registerLanguage('json', json);

/** What pages call a language, and what it is highlighted as. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'typescript',
  typescript: 'typescript',
  js: 'typescript',
  mjs: 'typescript',
  sh: 'bash',
  bash: 'bash',
  json: 'json',
};

/** `code` as HTML; one of a language that is not known is only made safe. */
export function highlight(code: string, language = 'ts'): string {
  const known = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
  if (known === undefined) return code.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return hljs.highlight(code, { language: known }).value;
}
