/** The public door of @oxbow/crawler. */
// biome-ignore-all assist/source/organizeImports: the headings order them

// The crawl
export { Crawler } from './crawler.ts';
export {
  CRAWL_DEFAULTS,
  type CrawlerOptions,
  type CrawlLimits,
  type FollowOptions,
  type HostOptions,
  type RobotsOptions,
} from './options/crawl-options.ts';
export type { SeedsOption } from './options/seeds.ts';
export { DEFAULT_POLITENESS, type PolitenessOptions } from './visit/politeness.ts';
export { type CrawlRetryOptions, type CrawlRetryPolicy, DEFAULT_RETRY } from './visit/retry-policy.ts';
export type { Scope, ScopeRules } from './url/scope.ts';
export { DEFAULT_TRAP_LIMITS, type TrapLimits } from './url/trap-guard.ts';

// Pages and handlers
export { Page, type PageInit, type PageRow } from './visit/page.ts';
export type { Answer, NoAnswer } from './fetch/page-fetcher.ts';
export type { EnqueueOptions, Handler, HandlerTools, RouteOptions } from './visit/router.ts';
export {
  type AnsweredVisit,
  type FailedVisit,
  type Middleware,
  MiddlewareError,
  type PutOffVisit,
  type RenderRequest,
  Visit,
  type VisitOutcome,
} from './visit/visit.ts';

// Extraction
export type { Extracted, ExtractedRecord, FieldOptions, FieldSpec, FieldSpecs } from './extract/extract.ts';
export { Selection } from './extract/selection.ts';

// Sinks
export type { CrawlSink } from './sink/crawl-sink.ts';
export { type CsvOptions, csv } from './sink/csv.ts';
export { dot } from './sink/dot.ts';
export type { GraphOptions } from './sink/graph-output.ts';
export { graphml } from './sink/graphml.ts';
export { jsonl } from './sink/jsonl.ts';
export { OutputExistsError, type OutputOptions } from './sink/output-options.ts';
export { type SqliteOptions, sqlite } from './sink/sqlite.ts';
export { warc } from './sink/warc.ts';

// Archives
export { NotRecordedError, ReplaySession, replayWarc } from './warc/replay.ts';

// What a crawl tells
export { crawlReport } from './report/crawl-report.ts';
export type { CrawlState, CrawlStatistics, SkipReason } from './report/crawl-statistics.ts';
export type { Explanation } from './report/explanation.ts';
export type {
  CrawlFailure,
  CrawlNotice,
  CrawlObserver,
  FailureReason,
  NoticeKind,
} from './report/observer.ts';

// Frontiers
export type {
  Claim,
  ClaimedTarget,
  ClaimRequest,
  CrawlTarget,
  Frontier,
  FrontierOptions,
  FrontierState,
  FrontierStatistics,
  HostStatistics,
  OfferReport,
  Outcome,
  Settlement,
  SettleResult,
  TargetFailure,
  TargetLookup,
  TargetPurpose,
  TargetState,
  Validators,
} from './frontier/frontier.ts';
export { openLogFrontier } from './frontier/log-frontier.ts';
export type { FrontierOpener, FrontierOpening, FrontierWorker } from './frontier/frontier-opener.ts';
export { MemoryFrontier } from './frontier/memory-frontier.ts';
export { openSqliteFrontier, type SqliteFrontierOptions } from './frontier/sqlite-frontier.ts';

// The parts: HTML, robots.txt, sitemaps, URLs
export { CHARSET_PRESCAN_BYTES, charsetOfContentType, detectCharset } from './html/charset.ts';
export {
  MAX_LINK_CHARS_PER_PAGE,
  MAX_LINKS_PER_PAGE,
  type OtherTargets,
  type PageFacts,
  type PageFactsOptions,
  PageFactsReader,
  readPageFacts,
} from './html/page-facts.ts';
export type { RobotsDirectives } from './robots/robots-directives.ts';
export { MAX_ROBOTS_BYTES, parseRobotsTxt, type RobotsRule, RobotsTxt } from './robots/robots-txt.ts';
export { MAX_SITEMAP_BYTES, MAX_SITEMAP_URLS, parseSitemap, type Sitemap } from './sitemap/sitemap.ts';
export { type CanonicalUrlOptions, canonicalUrl, MAX_URL_CHARS } from './url/canonical-url.ts';

// Errors
export {
  CrawlBusyError,
  CrawlClosedError,
  CrawlerError,
  CrawlerOptionError,
  ExtractError,
  FrontierError,
  FrontierLostError,
  LeaseLostError,
  LoginError,
  SinkError,
  SitemapError,
} from './errors.ts';
