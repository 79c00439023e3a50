export { createServer, type ApiServer, type ServerOptions } from './create-server.js';
export { writeNanoViT } from './demo/write-nano-vit.js';
export { findRefusal, type Knock } from './doors/doors.js';
export { findBundle, type BundleFile } from './services/find-bundle.js';
export { parseSettings, type Settings } from './settings/parse-settings.js';
export { createEventRoom, type EventRoom, type EventRoomOptions } from './socket/event-room.js';
export { createTopicNotices, type TopicNotice, type TopicNotices } from './socket/topic-notices.js';
export type { Outlet } from './socket/outlet.js';
