import type { Role } from '@eyegazer/core';

/** What each role may do, as a person would say it. */
export const roleWords: Record<Role, string> = {
  viewer: 'Sees everything and downloads, changes nothing.',
  member: 'Submits, cancels and deletes experiments, imports datasets and models.',
  admin: 'All that, and makes and revokes tokens, reads the audit log, takes backups.',
  worker: 'Lets a worker on another machine offer its devices. It opens no page.',
};
