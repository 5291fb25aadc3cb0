/** Random HTML for property tests: pieces chosen to sit on the tokenizer's corners, glued without any care. */
import fc from 'fast-check';

const NAMES = [
  'a',
  'A',
  'p',
  'div',
  'b',
  'title',
  'textarea',
  'style',
  'script',
  'xmp',
  'iframe',
  'noscript',
  'noembed',
];
const ODD = [
  '<',
  '>',
  '"',
  "'",
  '=',
  '/',
  '&',
  '&amp',
  '&amp;',
  '&lt;',
  '\0',
  '\r\n',
  ' ',
  '\t',
  '-',
  '--',
  '!',
  '?',
  'x',
  'é',
  ']]>',
  '<!',
  '</',
  '<?',
];
const COMMENTS = [
  '<!--',
  '-->',
  '<!-->',
  '<!--->',
  '--!>',
  '<!-- <a href=c> -->',
  '<!doctype html>',
  '<![CDATA[',
  ']]>',
  '<!x>',
  '</ y>',
];
const SCRIPTS = [
  '<script>',
  '</script>',
  '<script',
  '</script ',
  '<!--',
  '-->',
  'var s = "<a href=s>";',
  '</SCRIPT x>',
  '<scripty>',
];
const FOREIGN = [
  '<svg>',
  '</svg>',
  '<svg/>',
  '<g>',
  '</g>',
  '<math>',
  '</math>',
  '<mi>',
  '</mi>',
  '<path d="M0"/>',
  '<a xlink:href=/x>',
];

const word = fc.constantFrom(
  'u',
  'v',
  '/w',
  '../y?q=1',
  '//h/',
  '#f',
  'a b',
  '&amp;z',
  '&copy=1',
  '&notit;',
  'é',
  'x\0y',
  ' s ',
  '?',
  'HTTP://H/%7e',
);
const quoted = fc.oneof(
  word.map((value) => `"${value}"`),
  word.map((value) => `'${value}'`),
  word.map((value) => value.replaceAll(' ', '')),
  fc.constantFrom('""', "''", '"a>b"', "'<a href=n>'", '"', "'", ''),
);
const attribute = fc
  .tuple(
    fc.constantFrom('href', 'HREF', 'class', 'hreflang', 'title', 'x"y', '=href', 'charset', 'rel'),
    fc.constantFrom('=', ' = ', '\n=\t', '', ' '),
    quoted,
  )
  .map((parts) => parts.join(''));
const attributes = fc.array(attribute, { maxLength: 3 }).map((list) => list.join(' '));
const tag = fc
  .tuple(
    fc.constantFrom('<', '</'),
    fc.constantFrom(...NAMES),
    fc.constantFrom(' ', '/', '\n', ''),
    attributes,
    fc.constantFrom('>', '/>', ' >', '', '>text'),
  )
  .map((parts) => parts.join(''));
const link = word.map((value) => `<a href="${value}">l</a>`);
const template = fc.constantFrom(
  '<template>',
  '</template>',
  '<base href="/base/">',
  '<base>',
  '<base href>',
);

/** HTML with every text mode, comments, quotes and references; no foreign content. */
export const htmlSoup: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      tag,
      link,
      fc.constantFrom(...ODD),
      fc.constantFrom(...COMMENTS),
      fc.constantFrom(...SCRIPTS),
      template,
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));

/** HTML with svg and math as well, and a few elements that end them. */
export const foreignSoup: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...FOREIGN),
      fc.constantFrom(
        '<foreignObject>',
        '</foreignObject>',
        '<desc>',
        '</desc>',
        '<title>t</title>',
        '<style><a href=q></style>',
        '<annotation-xml encoding=text/html>',
        '</annotation-xml>',
      ),
      fc.constantFrom(
        '<p>',
        '<br>',
        '<font>',
        '<font color=red>',
        '</p>',
        '</br>',
        '<template>',
        '</template>',
        '<![CDATA[<a href=c>]]>',
      ),
      fc.constantFrom('<script>"<a href=s>"</script>', '<script/>', '<textarea><a href=t></textarea>', '<i>'),
      link,
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
