/** The door for authors of packages: what operations are made of. */

// Operations

export { bindContext, captureContext, outsideAllTasks } from './scheduler/context.ts';
export { bindToTask, createOp, type Repeated, type Settle, type Start } from './task/create-op.ts';
export { abandonTask, currentTask } from './task/task.ts';

// Calls of what goes on elsewhere, and the loop of the side that answers them

export { type CallEnd, CallLoop, type CallTask } from './hosting/call-loop.ts';
export { type DirectTaskOptions, startDirectly } from './hosting/direct-task.ts';
export { PendingCall } from './hosting/pending-call.ts';

// Waiting in line

export { Parked, ParkingLot, type Purpose } from './sync/parking-lot.ts';

// Errors and options

export { checkOptions } from './check-options.ts';
export { type DurationRule, durationFault } from './duration.ts';
export { OxbowError, type OxbowErrorOptions } from './errors.ts';
export { nearestName } from './nearest-name.ts';

// Instruments

export { attachInstrument, type Instrument, type Observed, type TaskEnding } from './debug/instrument.ts';
