/** The browser side of the shell; import `@oxbow/shell/page.css` and uPlot's style sheet beside it. */
export { chosenScheme, colourOf, onSchemeChange, type Scheme, wearScheme } from './colour.ts';
export { showHeader } from './header.ts';
export { formatBytes, formatMs } from './numbers.ts';
export { type Columns, type Line, Plot, type PlotStyle } from './plot.ts';
export { element, showRows } from './rows.ts';
export { ticksTo } from './scale.ts';
