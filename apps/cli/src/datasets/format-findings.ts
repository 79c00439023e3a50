import { formatCount } from '@eyegazer/client';
import type { VersionFindings } from '@eyegazer/core';

/** What is doubtful about a version, a line each; nothing where nothing is. */
export function formatFindings(findings: VersionFindings | null): string[] {
  if (findings === null) return [];
  const { leakedImages, conflictingGroups } = findings;
  return [
    ...(leakedImages > 0 ? [`${formatCount(leakedImages)} held-out ${leakedImages === 1 ? 'image has' : 'images have'} a duplicate, or one of the same group, that is trained on: scores will be too good. Split by --split stratified or kfold.`] : []),
    ...(conflictingGroups > 0 ? [`${formatCount(conflictingGroups)} ${conflictingGroups === 1 ? 'group' : 'groups'} of images with the same pixels have different classes. --conflicts keepOne or dropGroup leaves them out.`] : []),
  ];
}
