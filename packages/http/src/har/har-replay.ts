/** Answers from an HTTP archive in place of the network: what was recorded once, of this package or of a browser, runs a test again. */
import { TransportError } from '../errors.ts';
import { withoutSecrets } from '../redaction.ts';
import { type MockReply, MockTransport } from '../transport/mock-transport.ts';
import { answersOf, type Har, type HarAnswer } from './har.ts';

/**
 * A transport that answers as an archive has it: by method and URL, several answers to one of them in the order recorded, the last from
 * then on. What is not in it fails with `ERR_OXBOW_HTTP_NO_MOCK`. Secret-looking values of URLs are not compared.
 *
 * @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_HAR`, with the place that is malformed.
 */
export function replayHar(har: Har): MockTransport {
  const byRequest = new Map<string, HarAnswer[]>();
  for (const answer of answersOf(har)) {
    const key = `${answer.method} ${keyOf(answer.url)}`;
    const known = byRequest.get(key);
    if (known === undefined) byRequest.set(key, [answer]);
    else known.push(answer);
  }
  const mock = new MockTransport();
  for (const [key, answers] of byRequest) {
    const [method = '', url] = key.split(' ');
    mock.on(method, (asked) => keyOf(asked.href) === url, ...answers.map(replyOf));
  }
  return mock;
}

function keyOf(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return withoutSecrets(parsed.href);
}

function replyOf({ status, statusText, headers, body, error }: HarAnswer): MockReply {
  const failure =
    error === undefined
      ? {}
      : { error: new TransportError('ERR_OXBOW_HTTP_TRANSPORT', `as it was recorded: ${error}`) };
  return { status, statusText, headers, body, ...failure };
}
