/** Each is kept by every connection; what comes after so many, such as one more length of an `IN` list, goes without. */
const mostNames = 256;

/**
 * Gives every SQL text a name of its own, under which a connection's PostgreSQL keeps it parsed and planned; none, '', once there
 * are too many.
 */
export function createStatementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= mostNames) return '';
    const name = `eyegazer_${names.size}`;
    names.set(sql, name);
    return name;
  };
}
