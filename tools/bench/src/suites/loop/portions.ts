/** The sizes of the five jobs on tasks, the same for every contestant (python-jobs.py repeats them). */

/** Tasks started and joined one after another in one go. */
export const SPAWNS = 100;
/** Tasks of one gather. */
export const GATHERED = 1000;
/** Items through one queue. */
export const ITEMS = 1000;
/** Places of the bounded queue. */
export const PLACES = 10;
/** Tasks that want the semaphore. */
export const CONTENDERS = 1000;
/** How many may hold it. */
export const PERMITS = 10;
