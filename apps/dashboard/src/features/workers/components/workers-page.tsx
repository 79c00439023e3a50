import { formatBytes, formatPercent } from '@eyegazer/client';
import type { DeviceWire, WorkerWire } from '@eyegazer/core';
import { Link } from 'wouter';
import { Chip } from '../../../ui/chip.js';
import { formatAgo, formatInstant } from '../../../ui/format-time.js';
import { Loaded } from '../../../ui/loaded.js';
import { Empty } from '../../../ui/notice.js';
import { ProgressBar } from '../../../ui/progress-bar.js';
import { useNow } from '../../../ui/use-now.js';
import { useTitle } from '../../../ui/use-title.js';
import { useWorkers } from '../api/use-workers.js';
import './workers-page.css';

const looks = {
  alive: { tone: 'good', word: 'Alive' },
  lost: { tone: 'critical', word: 'Lost' },
  stopped: { tone: 'neutral', word: 'Stopped' },
} as const;

/** Who can train, on what, and what each is doing. */
export function WorkersPage() {
  useTitle('Workers');
  const workers = useWorkers();
  const now = useNow(1000);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Workers</h1>
          <p className="page-head__note">Processes that offer devices and pull jobs. One that is silent for 30 seconds counts as lost; its work is queued again.</p>
        </div>
      </div>
      <Loaded query={workers}>
        {(data) =>
          data.length === 0 ? (
            <div className="card">
              <Empty title="No worker is connected">Experiments wait in the queue until one is. Starting Eyegazer with npm start brings one along; npm run worker adds the devices of another machine.</Empty>
            </div>
          ) : (
            <ul className="stack">
              {data.map((worker) => (
                <Worker key={worker.id} worker={worker} now={now} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function Worker({ worker, now }: { worker: WorkerWire; now: number }) {
  const look = looks[worker.state];
  return (
    <li className="card worker" data-testid={`worker-${worker.id}`} data-state={worker.state}>
      <div className="card__head">
        <h2>
          {worker.hostname}{' '}
          <Chip tone={look.tone} dot live={worker.state === 'alive'}>
            {look.word}
          </Chip>
        </h2>
        <p className="muted small">
          <span title={formatInstant(worker.heartbeatAt)}>last heard {formatAgo(worker.heartbeatAt, now)}</span> · process {worker.pid} · version {worker.version} ·{' '}
          <span title={formatInstant(worker.startedAt)}>started {formatAgo(worker.startedAt, now)}</span>
        </p>
      </div>
      <ul className="worker__devices">
        {worker.devices.map((device) => (
          <Device key={device.deviceKey} device={device} />
        ))}
      </ul>
    </li>
  );
}

function Device({ device: { name, kind, deviceKey, memoryTotalBytes, memoryFreeBytes, running } }: { device: DeviceWire }) {
  const used = memoryTotalBytes === 0 ? 0 : (memoryTotalBytes - memoryFreeBytes) / memoryTotalBytes;
  return (
    <li className="device">
      <div>
        <p className="device__name">{name}</p>
        <p className="muted small" title={deviceKey}>
          {kind}
        </p>
      </div>
      <div className="device__memory">
        <ProgressBar share={used} label={`Memory of ${name} in use`} tone={used > 0.92 ? 'warning' : 'neutral'} />
        <p className="muted small">
          {formatBytes(memoryTotalBytes - memoryFreeBytes)} of {formatBytes(memoryTotalBytes)} in use ({formatPercent(used)})
        </p>
      </div>
      <p className="device__job">
        {running ? (
          <>
            trains <Link href={`/experiments/${running.experimentId}`}>{running.experimentName}</Link>
            {running.attempt > 1 && <span className="muted small"> (attempt {running.attempt})</span>}
          </>
        ) : (
          <span className="muted">idle</span>
        )}
      </p>
    </li>
  );
}
