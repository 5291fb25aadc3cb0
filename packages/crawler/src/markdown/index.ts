/** The door `@oxbow/crawler/markdown`: the readable text of pages as Markdown. It needs `turndown` and `turndown-plugin-gfm`. */
export { type MarkdownSinkOptions, markdown } from './markdown-sink.ts';
export { type MarkdownOptions, markdownOf } from './page-markdown.ts';
