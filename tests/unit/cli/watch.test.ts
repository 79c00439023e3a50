import assert from 'node:assert/strict';
import { applyEvent, createLiveArea, createOutput, createPaint, createRunView, displayWidth, formatEvent, formatFrame, type RunView } from '@eyegazer/cli';
import { parseExperimentConfig, type EventData, type ExperimentDetail, type ExperimentEvent, type SeriesBucket } from '@eyegazer/core';
import { Writable } from 'node:stream';

const paint = createPaint(false);
const at = new Date(2026, 0, 2, 14, 5, 9).toISOString();
const metrics = { loss: 0.9, accuracy: 0.61, balancedAccuracy: 0.5, qwk: 0.412, macroF1: 0.4, mcc: 0.3, mae: null, rmse: null, r2: null };

function evaluation(update: number, qwk: number): EventData<'evaluation'> {
  return {
    update, epoch: 1, count: 4, metrics: { ...metrics, qwk }, classNames: ['0', '1'], confusion: [[2, 0], [1, 1]], recall: [1, 0.5], precision: [0.67, 1],
    truthCounts: [2, 2], predictedCounts: [3, 1], logitsHash: 'x', learningRate: 1e-4, trainLoss: 0.8,
  };
}

function event(body: Pick<ExperimentEvent, 'type' | 'data'>, attempt = 1): ExperimentEvent {
  return { experimentId: '3f9k2a1b00000000', seq: 5, attempt, at, ...body } as ExperimentEvent;
}

const experiment: ExperimentDetail = {
  id: '3f9k2a1b00000000', name: 'large / 5-class', state: 'running', dataset: 'aptos@1', model: 'm', task: 'multiclass', tags: [], priority: 0, progress: null, latest: null, best: null,
  health: { state: 'ok', level: null, findings: [] }, error: null, lastSeq: 4, createdAt: at, startedAt: at, endedAt: null, deletedAt: null, config: parseExperimentConfig({ dataset: 'aptos' }),
  warnings: [], plan: { trainSamples: 72, evalSamples: 4, updatesPerEpoch: 12, updates: 120, trainableParameters: 1000, classNames: ['0', '1'], numOutputs: 2 }, attempts: [], evaluation: null, artifacts: [],
};
const progress = { phase: 'training', update: 50, updates: 120, epoch: 2.1, imagesPerSecond: 35, secondsLeft: 80 } as const;
const loss: SeriesBucket[] = [2, 1.6, 1.2, 0.8].map((value, i) => ({ from: i + 1, to: i + 1, min: value, max: value, last: value }));

describe('watching a run', () => {
  it('says each event as one line, with what it means', () => {
    const line = (body: Pick<ExperimentEvent, 'type' | 'data'>): string | null => formatEvent(event(body), { metric: 'qwk', paint });
    assert.equal(line({ type: 'state', data: { state: 'running' } }), '14:05:09  running');
    assert.equal(line({ type: 'state', data: { state: 'failed', error: { code: 'OUT_OF_MEMORY', message: 'The device ran out of memory.' } } }), '14:05:09  failed      OUT_OF_MEMORY: The device ran out of memory.');
    assert.equal(line({ type: 'evaluation', data: evaluation(24, 0.412) }), '14:05:09  evaluation  update 24  QWK 0.412  accuracy 0.610  loss 0.900');
    assert.equal(line({ type: 'progress', data: progress }), '14:05:09  progress    training  41 %  1 min 20 s left  update 50 of 120  epoch 2.1  35 images/s');
    const finding: EventData<'finding'> = { rule: 'C1', level: 'critical', update: 24, message: 'One class takes all.', evidence: {}, remedies: [], healthState: 'confirmed' };
    assert.equal(line({ type: 'finding', data: finding }), '14:05:09  finding     C1 critical: One class takes all.');
    assert.equal(line({ type: 'log', data: { level: 'info', message: 'x' } }), null);
    assert.equal(line({ type: 'log', data: { level: 'warn', message: 'a\u001b[2Jb' } }), '14:05:09  warn        a?[2Jb');
  });

  it('folds events into what is known, and begins anew with a new attempt', () => {
    let view = createRunView(experiment, []);
    for (const body of [{ type: 'progress', data: progress }, { type: 'evaluation', data: evaluation(24, 0.4) }, { type: 'evaluation', data: evaluation(48, 0.3) }] as const) view = applyEvent(view, event(body));
    assert.equal(view.progress?.update, 50);
    assert.deepEqual(view.evaluations.map(({ update }) => update), [24, 48]);
    view = applyEvent(view, event({ type: 'state', data: { state: 'queued', reason: 'worker lost' } }));
    assert.equal(view.state, 'queued');
    view = applyEvent(view, event({ type: 'state', data: { state: 'running' } }, 2));
    assert.deepEqual([view.attempt, view.evaluations, view.progress], [2, [], null]);
  });

  const view: RunView = { ...createRunView(experiment, [evaluation(24, 0.2), evaluation(36, 0.6), evaluation(48, 0.5)]), attempt: 1, device: 'CPU', progress };

  it('draws head, chart, evaluations and progress', () => {
    assert.deepEqual(formatFrame(view, { width: 60, rows: 13, loss, notice: null, paint }), [
      '',
      '3f9k2a1b  large / 5-class  running  CPU',
      '         loss 0.8',
      '   2.00┤────────────╮',
      '   1.60┤            ╰────────────╮',
      '   1.20┤                         ╰────────────╮',
      '   0.80┤                                      ╰───────────',
      '         1                                          update 4',
      '▁█▆  QWK 0.500  accuracy 0.610  loss 0.900  best 0.600 at u…',
      '████████▎░░░░░░░░░░░  training  41 %  1 min 20 s left  upda…',
    ]);
  });

  it('fits every terminal, however narrow and low', () => {
    const long = { ...view, name: '眼底'.repeat(40), device: 'A GPU with a very long name indeed, more than anybody could want' };
    for (const width of [40, 59, 80, 200]) {
      for (const rows of [10, 24, 60]) {
        const lines = formatFrame(long, { width, rows, loss, notice: 'The server is out of reach. Trying again; the run goes on without us.', paint });
        for (const line of lines) assert.ok(displayWidth(line) <= width, `${displayWidth(line)} > ${width}: ${line}`);
        assert.ok(lines.length < Math.max(rows, 12), `${lines.length} lines on ${rows} rows`);
      }
    }
  });

  it('draws in place, and says new lines above', () => {
    let written = '';
    const stream = Object.assign(new Writable({ write: (chunk, _encoding, done) => { written += String(chunk); done(); } }), { isTTY: true, columns: 80, rows: 24 });
    const area = createLiveArea(createOutput(stream, { NO_COLOR: '1' }));
    area.draw(['one', 'two']);
    area.draw(['three']);
    area.say(['news']);
    area.end();
    const hide = '\u001b[?25l';
    assert.equal(written, `${hide}one\ntwo\n${hide}\u001b[2A\u001b[Jthree\n${hide}\u001b[1A\u001b[Jnews\nthree\n\u001b[?25h`);
  });
});
