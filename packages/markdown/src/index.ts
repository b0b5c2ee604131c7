export { type Align, details, heading, table } from './blocks.ts'
export { fitBudget, SUMMARY_BYTES } from './budget.ts'
export type { ChartLine, LineChart } from './chart.ts'
export { code, escapeHtml, escapeMarkdown, escapeSlack, fence } from './escape.ts'
export { type InertOptions, inert, oneLine } from './inert.ts'
export { MERMAID_POINTS, mermaidChart } from './mermaid-chart.ts'
export { svgChart } from './svg-chart.ts'
export {
  COMMENT_BYTES,
  type VerdictMarkdownOptions,
  verdictMarkdown,
  verdictMarker,
  verdictSections,
} from './verdict.ts'
