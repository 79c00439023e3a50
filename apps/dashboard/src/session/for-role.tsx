import type { OperationRole } from '@eyegazer/core';
import type { ReactNode } from 'react';
import { useSession } from './session.js';

/** Shows what only some may do to those who may. */
export function ForRole({ needs, children, otherwise = null }: { needs: OperationRole; children: ReactNode; otherwise?: ReactNode }) {
  return useSession().may(needs) ? children : otherwise;
}
