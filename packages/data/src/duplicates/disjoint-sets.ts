/** Members 0 to `count - 1`, each in a set of its own at first. */
export interface DisjointSets {
  /** Makes one set of the sets of both. */
  join(a: number, b: number): void;
  /** The smallest member of its set. */
  rootOf(member: number): number;
}

export function createDisjointSets(count: number): DisjointSets {
  const parent = Uint32Array.from({ length: count }, (_, i) => i);
  function rootOf(member: number): number {
    let root = member;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]!]!; // halves the path on the way
    return root;
  }
  return {
    rootOf,
    join(a, b) {
      const [rootA, rootB] = [rootOf(a), rootOf(b)];
      parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
    },
  };
}
