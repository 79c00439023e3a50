import assert from 'node:assert/strict';
import { formatBytes, formatCount, formatDuration, formatNumber, formatParameters, formatPercent } from '@eyegazer/client';

describe('figures', () => {
  it('writes numbers of any size shortly', () => {
    assert.deepEqual([0, 0.0005, 1.2345678e-7, 3420.4, 12.3456, 2.5e7, -0.5, Number.NaN].map(formatNumber), ['0', '0.0005', '1.23e-7', '3,420', '12.35', '2.50e7', '-0.5', 'NaN']);
    assert.equal(formatCount(12_345), '12,345');
    assert.deepEqual([formatPercent(0.743), formatPercent(0.743, 1)], ['74 %', '74.3 %']);
  });

  it('writes bytes and parameters in their units', () => {
    assert.deepEqual([0, 812, 999_700, 2_403_112, 345_580_000].map(formatBytes), ['0 B', '812 B', '1.0 MB', '2.4 MB', '346 MB']);
    assert.deepEqual([965, 148_421, 5_524_416].map(formatParameters), ['965', '148 k', '5.5 M']);
  });

  it('writes durations', () => {
    assert.deepEqual([8, 200, 3000, 7500, 400_000].map(formatDuration), ['8 s', '3 min 20 s', '50 min', '2 h 5 min', '4 days']);
  });
});
