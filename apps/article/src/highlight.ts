/** TypeScript as HTML with its parts marked, by highlight.js. */
import hljs from 'highlight.js/lib/core';
import typescript from 'highlight.js/lib/languages/typescript';

hljs.registerLanguage('typescript', typescript);

/** `code` as HTML; the style sheet knows the classes (`hljs-…`). */
export function highlight(code: string): string {
  return hljs.highlight(code, { language: 'typescript' }).value;
}
