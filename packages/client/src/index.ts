export {
  createApiClient,
  type ApiClient,
  type ApiClientOptions,
  type CallOptions,
  type ExperimentFilter,
  type PageOptions,
} from './http/create-api-client.js';
export { createEventCursor, cursorPhase, stepCursor, type CursorAction, type CursorInput, type CursorPhase, type EventCursor } from './stream/event-cursor.js';
export { followExperiment, type Follower, type FollowOptions, type FollowStatus } from './stream/follow-experiment.js';
export { createEventStream, type ConnectionState, type EventStream, type EventStreamOptions, type WatchOptions } from './stream/create-event-stream.js';
