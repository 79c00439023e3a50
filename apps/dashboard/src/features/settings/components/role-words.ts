import type { Role } from '@eyegazer/core';

/** What each role may do, as a person would say it. */
export const roleWords: Record<Role, string> = {
  viewer: 'Sees everything and downloads, changes nothing.',
  member: 'Sees everything, submits, cancels and deletes experiments, imports datasets and models.',
  admin: 'May do everything: experiments and data, tokens, the audit log, backups.',
  worker: 'Lets a worker on another machine offer its devices. It opens no page.',
};
