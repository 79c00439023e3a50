import assert from 'node:assert/strict';
import { createStepFilter, formatAge, formatProgress, formatProgressBar, formatSparkline, parseExpiry, wantsColour, wrapText } from '@eyegazer/cli';

describe('words and numbers of the terminal', () => {
  it('fills a bar in eighths of a column', () => {
    assert.equal(formatProgressBar(0, 8), '░░░░░░░░');
    assert.equal(formatProgressBar(0.5, 8), '████░░░░');
    assert.equal(formatProgressBar(0.55, 8), '████▍░░░');
    assert.equal(formatProgressBar(1, 8), '████████');
    assert.equal(formatProgressBar(7, 4), '████');
  });

  it('draws the newest values as a spark line, with a gap where one is undefined', () => {
    assert.equal(formatSparkline([0, 1, null, 0.5], 10), '▁█ ▅');
    assert.equal(formatSparkline([0.4, 0.4], 10), '▄▄');
    assert.equal(formatSparkline([5, 1, 2, 3], 3), '▁▅█');
  });

  it('says progress by what the trainer counted and measured, what matters most first', () => {
    const progress = { phase: 'training', update: 50, updates: 120, epoch: 2.08, imagesPerSecond: 35.4, secondsLeft: 80 } as const;
    assert.equal(formatProgress(progress), 'training  41 %  1 min 20 s left  update 50 of 120  epoch 2.1  35 images/s');
    assert.equal(formatProgress({ ...progress, imagesPerSecond: null, secondsLeft: null }), 'training  41 %  update 50 of 120  epoch 2.1');
    assert.equal(formatProgress({ ...progress, phase: 'preparing', update: 0, updates: 0 }), 'preparing');
  });

  it('lets a log say each phase and each tenth once', () => {
    const isNews = createStepFilter();
    const told = [0, 0.01, 0.09, 0.1, 0.19, 0.35, 1].filter((share) => isNews('reading', share));
    assert.deepEqual(told, [0, 0.1, 0.35, 1]);
    assert.equal(isNews('storing', 0), true);
  });

  it('formats ages', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    assert.deepEqual(['2026-01-01T23:59:58Z', '2026-01-01T23:59:20Z', '2026-01-01T20:00:00Z', '2025-12-01T00:00:00Z'].map((at) => formatAge(at, now)), ['now', '40 s', '4 h', '32 days']);
  });

  it('breaks lines between words', () => {
    assert.deepEqual(wrapText('one two three four', 9), ['one two', 'three', 'four']);
    assert.deepEqual(wrapText('averylongwordindeed a', 5), ['averylongwordindeed', 'a']);
  });

  it('takes days from now, dates and times as an expiry, and nothing that has been', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    assert.equal(parseExpiry('90d', now), '2026-04-01T00:00:00.000Z');
    assert.equal(parseExpiry('2030-01-31', now), '2030-01-31T00:00:00.000Z');
    for (const text of ['', '0d', 'soon', '2020-01-01', '31.1.2030']) assert.throws(() => parseExpiry(text, now), /90d/);
  });

  it('colours a terminal only, unless NO_COLOR is set or it is dumb', () => {
    assert.equal(wantsColour({ isTTY: true }, {}), true);
    assert.equal(wantsColour({ isTTY: true }, { NO_COLOR: '1' }), false);
    assert.equal(wantsColour({ isTTY: true }, { NO_COLOR: '' }), true);
    assert.equal(wantsColour({ isTTY: true }, { TERM: 'dumb' }), false);
    assert.equal(wantsColour({}, {}), false);
  });
});
