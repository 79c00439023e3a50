import assert from 'node:assert/strict';
import { formatConfig } from '../../../apps/dashboard/src/features/run/api/format-config.js';
import { formatMetric } from '../../../apps/dashboard/src/ui/format-number.js';
import { formatAgo } from '../../../apps/dashboard/src/ui/format-time.js';

describe('formats', () => {
  it('writes metrics with three decimals and a true minus', () => {
    assert.deepEqual([0.7434, -0.05, null].map(formatMetric), ['0.743', '−0.050', '–']);
  });

  it('writes ages', () => {
    const now = Date.parse('2026-11-01T12:00:00Z');
    assert.deepEqual(
      ['2026-11-01T11:59:55Z', '2026-11-01T11:58:00Z', '2026-10-30T12:00:00Z'].map((iso) => formatAgo(iso, now)),
      ['just now', '2 min ago', '2 days ago'],
    );
  });

  it('writes a config as YAML and quotes what could be read as something else', () => {
    assert.equal(
      formatConfig({ name: 'a: b', on: 'yes', task: { kind: 'binary', positive: [1, 2] }, rules: {}, none: null, base: 'google/vit-base', n: '12' }),
      ['name: "a: b"', 'on: "yes"', 'task:', '  kind: binary', '  positive: [1, 2]', 'rules: {}', 'none: null', 'base: google/vit-base', 'n: "12"'].join('\n'),
    );
  });
});
