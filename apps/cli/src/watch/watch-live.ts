import type { ExperimentDetail, ExperimentState, SeriesBucket } from '@eyegazer/core';
import type { Connection, Context } from '../context.js';
import { createLiveArea } from '../output/live-area.js';
import { createThrottle } from './create-throttle.js';
import { followRun } from './follow-run.js';
import { formatEvent } from './format-event.js';
import { formatFrame } from './format-frame.js';
import { applyEvent, createRunView } from './run-view.js';

const frameMs = 100;
const seriesMs = 1000;

/** Watches on a terminal: a picture that moves, with findings, states and warnings said above it. */
export async function watchLive(context: Context, connection: Connection, { experiment, signal }: { experiment: ExperimentDetail; signal: AbortSignal }): Promise<ExperimentState | null> {
  const { out } = context;
  const { api } = connection;
  const { id } = experiment;
  const past = await api.listEvents(id, { after: 0, types: ['evaluation'], limit: 5000 });
  const attempt = experiment.attempts.at(-1)?.number ?? 0;
  let view = createRunView(experiment, past.items.flatMap((event) => (event.type === 'evaluation' && event.attempt === attempt && event.seq <= experiment.lastSeq ? [event.data] : [])));
  let loss: readonly SeriesBucket[] = [];
  let isConnected = true;
  const area = createLiveArea(out);
  const columns = (): number => out.columns ?? 80;
  const draw = (): void => area.draw(formatFrame(view, { width: columns() - 1, rows: out.rows, loss, paint: out.paint, notice: isConnected ? null : 'The server is out of reach. Trying again; the run goes on without us.' }));
  const frames = createThrottle(frameMs, draw);
  const series = createThrottle(seriesMs, () => void readLoss());
  const readLoss = async (): Promise<void> => {
    // A chart that is a second old is no error: the notice says when the server is away, and the next point asks again.
    const answer = await api.getSeries(id, { names: ['loss'], maxPoints: 2 * columns(), signal }).catch(() => null);
    loss = answer?.series['loss'] ?? loss;
    frames.request();
  };
  await readLoss();
  try {
    return await followRun(connection, {
      id,
      after: experiment.lastSeq,
      state: experiment.state,
      signal,
      onEvents(events) {
        for (const event of events) {
          view = applyEvent(view, event);
          if (event.type === 'metrics') series.request();
          const isSaid = event.type === 'finding' || event.type === 'state' || event.type === 'log';
          const line = isSaid ? formatEvent(event, { metric: view.metric, paint: out.paint }) : null;
          if (line !== null) area.say([line]);
        }
        frames.request();
      },
      onConnected(connected) {
        isConnected = connected;
        frames.request();
      },
    });
  } finally {
    frames.cancel();
    series.cancel();
    if (!signal.aborted) await readLoss();
    frames.cancel();
    draw();
    area.end();
  }
}
