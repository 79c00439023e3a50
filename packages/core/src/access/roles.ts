/** Who may do what: `viewer` < `member` < `admin`; a `worker` may offer its devices, and over HTTP only asks who it is. */
export const roles = ['viewer', 'member', 'admin', 'worker'] as const;
export type Role = (typeof roles)[number];

/**
 * What an operation asks of its caller: `none` is open to everybody, `session` to everybody who has shown a token or is
 * about to, the others to that role and those above it.
 */
export const operationRoles = ['none', 'session', 'viewer', 'member', 'admin'] as const;
export type OperationRole = (typeof operationRoles)[number];

const rank: Record<Exclude<Role, 'worker'>, number> = { viewer: 1, member: 2, admin: 3 };

/** True when somebody with this role may do what asks for `needed`. */
export function isAllowed(role: Role, needed: OperationRole): boolean {
  if (needed === 'none' || needed === 'session') return true;
  return role !== 'worker' && rank[role] >= rank[needed];
}
