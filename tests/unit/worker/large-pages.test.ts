import { withLargePages } from '@eyegazer/worker';
import assert from 'node:assert/strict';

describe('the environment of a process that computes', () => {
  it('asks for large pages beside whatever else is set', () => {
    assert.deepEqual(withLargePages({ HOME: '/home/me' }), { HOME: '/home/me', GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' });
    assert.deepEqual(withLargePages({ GLIBC_TUNABLES: 'glibc.malloc.arena_max=2' }), { GLIBC_TUNABLES: 'glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1' });
  });

  it("keeps the owner's choice of pages", () => {
    const chosen = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=0:glibc.malloc.arena_max=2' };
    assert.deepEqual(withLargePages(chosen), chosen);
  });
});
