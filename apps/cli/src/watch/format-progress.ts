import { formatCount, formatDuration } from '@eyegazer/client';
import type { EventData } from '@eyegazer/core';

/** `training  42 %  1 min 20 s left  update 50 of 120  epoch 2.1  35 images/s`, of what the trainer has counted and measured. */
export function formatProgress({ phase, update, updates, epoch, imagesPerSecond, secondsLeft }: EventData<'progress'>): string {
  if (updates === 0) return phase;
  return [
    phase,
    `${Math.floor((100 * update) / updates)} %`,
    ...(secondsLeft === null || phase === 'bundling' ? [] : [`${formatDuration(secondsLeft)} left`]),
    `update ${formatCount(update)} of ${formatCount(updates)}`,
    `epoch ${epoch.toFixed(1)}`,
    ...(imagesPerSecond === null ? [] : [`${imagesPerSecond < 10 ? imagesPerSecond.toFixed(1) : Math.round(imagesPerSecond)} images/s`]),
  ].join('  ');
}
