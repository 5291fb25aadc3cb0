/** Whether a lost connection is worth another. Shared with the browser's client; imports nothing. */

/** Going away, restarting, overloaded: a server that closes like this means to be there again. */
const COME_BACK: readonly number[] = [1001, 1012, 1013];

/** Whether an end that this side did not ask for invites to come back: a lost network does, a clean goodbye does not. */
export function invitesBack(info: { readonly code: number; readonly wasClean: boolean }): boolean {
  return !info.wasClean || COME_BACK.includes(info.code);
}
