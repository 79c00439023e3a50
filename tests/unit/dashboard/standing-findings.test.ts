import assert from 'node:assert/strict';
import type { EventData } from '@eyegazer/core';
import { viewHealth } from '../../../apps/dashboard/src/live/standing-findings.js';

const finding = (rule: 'C1' | 'C2' | 'C5' | 'N1', level: 'info' | 'warning' | 'critical', update: number): EventData<'finding'> => ({
  rule,
  level,
  update,
  message: `${rule} at ${update}`,
  evidence: {},
  remedies: [],
  healthState: 'suspected',
});

describe('standing findings', () => {
  it('is silent without findings', () => {
    assert.deepEqual(viewHealth([], 10), { level: null, standing: [], cleared: [] });
  });

  it('groups by rule, worst first, and keeps the newest words', () => {
    const view = viewHealth([finding('C5', 'warning', 10), finding('C2', 'warning', 10), finding('C5', 'warning', 20), finding('C2', 'critical', 20)], 20);
    assert.equal(view.level, 'critical');
    assert.deepEqual(
      view.standing.map(({ rule, updates, finding: { message } }) => [rule, updates, message]),
      [
        ['C2', [10, 20], 'C2 at 20'],
        ['C5', [10, 20], 'C5 at 20'],
      ],
    );
  });

  it('clears what a newer evaluation did not repeat', () => {
    const view = viewHealth([finding('C1', 'critical', 10), finding('C5', 'warning', 20)], 20);
    assert.equal(view.level, 'warning');
    assert.deepEqual(view.cleared.map(({ rule }) => rule), ['C1']);
    assert.equal(viewHealth([finding('C1', 'critical', 10)], 20).level, null);
  });

  it('lets no evaluation clear a value that is not finite', () => {
    assert.equal(viewHealth([finding('N1', 'critical', 5)], 10).level, 'critical');
  });
});
