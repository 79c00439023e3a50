import type { OperationRole } from '@eyegazer/core';
import type { ReactNode } from 'react';
import { useSession } from './session.js';

/** Shows what only some may do to those who may. */
export function ForRole({ role, children, otherwise = null }: { role: OperationRole; children: ReactNode; otherwise?: ReactNode }) {
  return useSession().may(role) ? children : otherwise;
}
