import { MemoryCookieStore } from '../../src/index.ts';
import { cookieStoreContract } from '../contract/cookie-store.ts';

cookieStoreContract('memory', () => {
  const store = new MemoryCookieStore();
  return { store, open: () => store };
});
