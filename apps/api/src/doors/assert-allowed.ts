import { AppError, isAllowed, type Actor, type OperationRole } from '@eyegazer/core';

/** @throws AppError FORBIDDEN that names the role it takes and who can give it */
export function assertAllowed({ name, role }: Actor, needed: OperationRole): void {
  if (isAllowed(role, needed)) return;
  throw new AppError('FORBIDDEN', `Expected a token with the role ${needed} or above, got "${name}" with the role ${role}. An admin can give you one.`, { details: { needed, role } });
}
