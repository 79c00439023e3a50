/** The parts of the API, in the order in which a reader meets them. */
export const tags = {
  experiments: 'Submit training runs, watch them, end them, take their results home.',
  datasets: 'Import images with labels and look at them.',
  models: 'Base models that experiments start from.',
  workers: 'The machines that train, and the queue in front of them.',
  session: 'Who is asking.',
  tokens: 'Access tokens and the record of what was done with them.',
  system: 'Liveness, readiness, metrics, backups, and this document.',
} as const satisfies Record<string, string>;

export type Tag = keyof typeof tags;
