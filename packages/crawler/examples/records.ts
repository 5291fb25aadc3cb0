/** Takes records instead of pages out of a shop, into a CSV file. Run: node examples/records.ts */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@oxbow/loop';
import { Crawler, csv } from '../src/index.ts';

const shop = createServer((request, response) => {
  const product = /^\/product\/(\d)$/.exec(request.url ?? '')?.[1];
  const list = [1, 2, 3].map((number) => `<a href="/product/${number}">product ${number}</a>`).join('');
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(
    product === undefined ? list : `<title>Product ${product}</title><b>${Number(product) * 10} €</b>`,
  );
});
await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
const folder = await mkdtemp(join(tmpdir(), 'oxbow-example-'));

await run(async () => {
  const crawl = new Crawler({ seeds: `http://127.0.0.1:${(shop.address() as AddressInfo).port}/` });
  crawl.route('/product/*', (page, { emit }) => {
    emit({ product: page.title, price: /<b>(.*?)<\/b>/.exec(page.text())?.[1] });
  });
  crawl.route('/', (_page, { drop }) => drop());
  await crawl.to(csv(join(folder, 'products.csv'), { columns: ['product', 'price'] }));
  console.log(await readFile(join(folder, 'products.csv'), 'utf8'));
});
shop.close();
await rm(folder, { recursive: true });
