// The door for authors of packages: what operations are made of.

export { checkOptions, nearestName } from './check-options.ts';
export type { Instrument, Observed } from './debug/instrument.ts';
export { OxbowError, type OxbowErrorOptions } from './errors.ts';
export { Parked, ParkingLot } from './sync/parking-lot.ts';
export { bindToTask, createOp, type Settle, type Start } from './task/create-op.ts';
export { currentTask } from './task/task.ts';
