/** The texts of `--help`. */

const CRAWL_OPTIONS = `  --out FILE         write one JSON line for each URL answered; - is standard output
  --format F         jsonl, csv, sqlite, warc, parquet, markdown, graphml or dot (default: by the end of FILE's name, else jsonl)
  --append           write behind what FILE has already
  --overwrite        replace what FILE has already; without either, such a file is refused
  --max-pages N      stop after N pages
  --max-depth N      follow links at most N steps from a seed
  --concurrency N    requests in flight, 1 to 1024 (default 16)
  --delay MS         pause between two requests to one host (default 1000; 0 on loopback);
                     the longer of it and the site's Crawl-delay holds
  --scope S          same-origin (default) or same-site: every host under a seed's domain
  --include PATTERN  follow only what this covers, such as /docs/**; may be repeated
  --exclude PATTERN  follow nothing that this covers; may be repeated
  --user-agent NAME  what the crawl calls itself; robots.txt is obeyed by its first word
  --header 'N: V'    send this header with each request; may be repeated
  --ignore-robots    fetch what robots.txt forbids, and lift its Crawl-delay
  --frontier FILE    keep what is known of the crawl in FILE, so that it survives a kill; FILE.log: for millions of URLs;
                     redis://host/0?crawl=NAME: on a server, so that many machines work on it
                     (npm install @oxbow/redis ioredis)
  --resume           go on with the crawl in that file: it knows its URLs and options
  --retry-failed     as --resume, and visit what failed again
  --reason WORD      with --retry-failed: only what failed for this (network, timeout, handler …)`;

/** The text of `oxbow-crawl --help`. */
export const HELP: string = `Crawl sites politely, to a file or standard output.

  oxbow-crawl <url…> [options]         crawl these sites; a page is in scope when its origin is a seed's
  oxbow-crawl run FILE [options]       run the crawl that FILE exports: a Crawler, or a function that makes one
  oxbow-crawl resume FILE [options]    go on with the crawl kept in FILE
  oxbow-crawl retry-failed FILE        go on with it, and visit what failed again
  oxbow-crawl worker SERVER --out F    work on the crawl at SERVER (redis://host?crawl=NAME), on any machine
  oxbow-crawl status SERVER            how that crawl stands, and who works on it
  oxbow-crawl pause|resume|stop SERVER what all its workers are to do
  oxbow-crawl stats FILE               what the crawl kept in FILE has done and has left
  oxbow-crawl export FILE --out TO     the URLs kept in FILE and what became of them
  oxbow-crawl explain URL              whether a crawl would fetch URL, and why not; with --frontier FILE what became of it
  oxbow-crawl fetch URL                one request: its headers, timings, and what was found on the page
  oxbow-crawl shell [URL]              a prompt with the page: page, $('css'), links, fetch('…')
  oxbow-crawl bench [URL]              how fast this machine crawls a site of its own, or URL

${CRAWL_OPTIONS}
  --open             show the output when the crawl has ended
  --version          the version of this package
  -h, --help         this text

The last line says what came of it: crawled P pages, L links, F failed, B bytes in S s (R pages/s).
Ctrl-C ends cleanly: what was fetched is written. A second Ctrl-C ends at once.
`;

/** The text of `npm start -- --help`. */
export const OBSERVATORY_HELP: string = `Crawl a site and watch it live in the browser.

  npm start                          crawl the embedded site: this repository's own documentation
  npm start -- <url…> [options]      crawl these sites; a page is in scope when its origin is a seed's

${CRAWL_OPTIONS}
  --port N           port of the page on 127.0.0.1 (default 4280, or a free one where that is taken)
  --no-ui            no page: a progress bar, then one summary line; ends when the crawl ends
  --open             open the page in the browser, which is done anyway at the terminal of a desktop
  --no-open          do not open it
  --version          the version of the crawler
  -h, --help         this text

With the page, the process serves on after the crawl has ended, until Ctrl-C.
Ctrl-C ends cleanly: what was fetched is written. A second Ctrl-C ends at once.
`;
