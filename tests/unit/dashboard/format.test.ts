import assert from 'node:assert/strict';
import { formatConfig } from '../../../apps/dashboard/src/features/run/api/format-config.js';
import { formatBytes, formatMetric, formatNumber, formatParameters } from '../../../apps/dashboard/src/ui/format-number.js';
import { formatAgo, formatDuration } from '../../../apps/dashboard/src/ui/format-time.js';

describe('formats', () => {
  it('writes numbers of any size shortly', () => {
    assert.deepEqual([0, 0.0005, 1.2345678e-7, 3420.4, 12.3456, 2.5e7, -0.5].map(formatNumber), ['0', '0.0005', '1.23e-7', '3,420', '12.35', '2.50e7', '-0.5']);
    assert.equal(formatNumber(null), '–');
  });

  it('writes metrics with three decimals and a true minus', () => {
    assert.deepEqual([0.7434, -0.05, null].map(formatMetric), ['0.743', '−0.050', '–']);
  });

  it('writes bytes and parameters in their units', () => {
    assert.deepEqual([0, 812, 999_700, 2_403_112, 345_580_000].map(formatBytes), ['0 B', '812 B', '1.0 MB', '2.4 MB', '346 MB']);
    assert.deepEqual([965, 148_421, 5_524_416].map(formatParameters), ['965', '148 k', '5.5 M']);
  });

  it('writes durations and ages', () => {
    assert.deepEqual([8, 200, 3000, 7500, 400_000].map(formatDuration), ['8 s', '3 min 20 s', '50 min', '2 h 5 min', '4 days']);
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
