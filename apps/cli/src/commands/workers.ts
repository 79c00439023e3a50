import { formatBytes, formatCount } from '@eyegazer/client';
import type { QueueWire, WorkerWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { shortId } from '../experiments/short-id.js';
import { formatAge } from '../output/format-time.js';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell } from '../output/table.js';
import type { Runner } from '../runner.js';

export function addWorkersCommand(program: Command, run: Runner): void {
  program
    .command('workers')
    .description('show workers, their devices and what each runs, and the queue in front of them')
    .action(
      run(async (context) => {
        const { api } = await context.connect();
        const [workers, queue] = await Promise.all([api.listWorkers(), api.getQueue()]);
        if (context.json) return context.printJson({ workers, queue });
        if (workers.length === 0) context.err.line('There are no workers. Nothing trains until one is started.');
        else context.out.lines(formatWorkers(workers, { width: context.out.columns, paint: context.out.paint, nowMs: Date.now() }));
        context.out.lines(['', describeQueue(queue)]);
      }),
    );
}

function formatWorkers(workers: readonly WorkerWire[], { width, paint, nowMs }: { width: number | null; paint: Paint; nowMs: number }): string[] {
  const rows = workers.flatMap(({ hostname, pid, state, version, heartbeatAt, devices }): Cell[][] => {
    const head: Cell[] = [`${hostname} (${pid})`, { text: state, style: state === 'alive' ? 'green' : state === 'lost' ? 'red' : 'dim' }];
    const tail: Cell[] = [formatAge(heartbeatAt, nowMs), version];
    if (devices.length === 0) return [[...head, '-', '', '', ...tail]];
    return devices.map(({ name, memoryFreeBytes, memoryTotalBytes, running }, i): Cell[] => [
      ...(i === 0 ? head : ['', '']),
      name,
      `${formatBytes(memoryFreeBytes)} of ${formatBytes(memoryTotalBytes)}`,
      running ? `${shortId(running.experimentId)} ${running.experimentName}` : { text: 'idle', style: 'dim' },
      ...(i === 0 ? tail : ['', '']),
    ]);
  });
  return formatTable({
    columns: [{ title: 'WORKER', shrinkTo: 12 }, { title: 'STATE' }, { title: 'DEVICE', shrinkTo: 10 }, { title: 'MEMORY FREE', optional: 2 }, { title: 'RUNS', shrinkTo: 14 }, { title: 'HEARD', align: 'right' }, { title: 'VERSION', optional: 1 }],
    rows,
    width,
    paint,
  });
}

function describeQueue({ waiting, placed, running, devices, freeDevices }: QueueWire): string {
  return `Queue: ${formatCount(waiting)} waiting, ${formatCount(placed)} starting, ${formatCount(running)} running; ${formatCount(freeDevices)} of ${formatCount(devices)} ${devices === 1 ? 'device' : 'devices'} free`;
}
