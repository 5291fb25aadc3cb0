/** Which of the four colours a status belongs to. 0: nobody answered. */
export function statusClass(status: number): 'ok' | 'moved' | 'missing' | 'broken' {
  if (status >= 500 || status === 0) return 'broken';
  if (status >= 400) return 'missing';
  return status >= 300 ? 'moved' : 'ok';
}
