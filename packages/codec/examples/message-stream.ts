// The same records as JSON Lines and as a msgpack stream: what the second and later ones cost.
import { jsonl, msgpackStream } from '@oxbow/codec';

interface Page {
  url: string;
  status: number;
  timing: { dns: number; total: number };
  fetchedAt: Date;
}

const pages: Page[] = Array.from({ length: 3 }, (_, number) => ({
  url: `https://example.org/docs/${number}`,
  status: 200,
  timing: { dns: 1.5, total: 40 + number },
  fetchedAt: new Date(1_700_000_000_000 + number),
}));

const encoder = msgpackStream<Page>().encoder();
const decoder = msgpackStream<Page>().decoder();

for (const page of pages) {
  const frame = encoder.encode(page);
  const [received] = decoder.decode(frame);
  const asJson = jsonl<Page>().encode(page);
  console.log(
    `${frame.length} bytes (JSON ${asJson.length}), received ${received?.url} of ${received?.fetchedAt.toISOString()}`,
  );
}
