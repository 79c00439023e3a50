import type { EventData, Logger, WrittenEvent } from '@eyegazer/core';

/** Tells the log what a trainer's events say, in the few lines that a person wants to read of a run. */
export interface RunStory {
  tell(events: readonly WrittenEvent[]): void;
  /** After the last event. */
  close(): void;
}

/** @param log carries the ids of the attempt */
export function createRunStory(log: Logger): RunStory {
  const epochs = createEpochs();
  let plan: EventData<'plan'> | null = null;
  const bundle = { files: 0, bytes: 0 };

  function tellOne(event: WrittenEvent): void {
    switch (event.type) {
      case 'log':
        return log[event.data.level]({}, event.data.message);
      case 'plan':
        plan = event.data;
        return log.info({ plan }, `Plan for ${plan.deviceName}: micro-batches of ${plan.microBatch}; ${plan.engine}`);
      case 'metrics':
        for (const epoch of epochs.add(event.data, plan)) log.info(epoch, describeEpoch(epoch));
        return;
      case 'evaluation':
        return tellEvaluation(log, event.data);
      case 'finding':
        return tellFinding(log, event.data);
      case 'artifact':
        bundle.files++;
        bundle.bytes += event.data.byteLength;
        return log.debug({ artifact: event.data }, `Stored ${event.data.name}`);
      case 'progress':
      case 'state':
        return;
      default:
        event satisfies never;
    }
  }

  return {
    tell: (events) => events.forEach(tellOne),
    close() {
      if (bundle.files > 0) log.info({ bundle }, `Bundle stored: ${bundle.files} files, ${(bundle.bytes / 1024).toFixed(0)} KiB`);
    },
  };
}

function tellEvaluation(log: Logger, { update, epoch, metrics, trainLoss, count }: EventData<'evaluation'>): void {
  const words = Object.entries(metrics).flatMap(([name, value]) => (value === null ? [] : [`${name} ${short(value)}`]));
  const training = trainLoss === null ? '' : `; training loss ${short(trainLoss)}`;
  log.info({ update, epoch, count, metrics, trainLoss }, `Evaluation after update ${update} on ${count} images: ${words.join(', ')}${training}`);
}

function tellFinding(log: Logger, { rule, level, update, message, evidence, healthState }: EventData<'finding'>): void {
  log[level === 'info' ? 'info' : 'warn']({ rule, findingLevel: level, update, evidence, healthState }, `Finding ${rule} (${level}) after update ${update}: ${message}`);
}

/** Means over one epoch. */
interface Epoch extends Record<string, number> {
  epoch: number;
  epochs: number;
  update: number;
  loss: number;
  imagesPerSecond: number;
  stepSeconds: number;
  dataWaitSeconds: number;
}

function describeEpoch({ epoch, epochs, update, loss, imagesPerSecond, stepSeconds, dataWaitSeconds }: Epoch): string {
  return `Epoch ${epoch} of ${epochs}, update ${update}: loss ${short(loss)}, ${short(imagesPerSecond)} images/s; an update computes ${milliseconds(stepSeconds)} and waits ${milliseconds(dataWaitSeconds)} for images`;
}

const told = ['loss', 'imagesPerSecond', 'stepSeconds', 'dataWaitSeconds'] as const;

/** Gathers points until an epoch is whole. */
function createEpochs(): { add(data: EventData<'metrics'>, plan: EventData<'plan'> | null): Epoch[] } {
  const noSums = (): Record<(typeof told)[number], number> => ({ loss: 0, imagesPerSecond: 0, stepSeconds: 0, dataWaitSeconds: 0 });
  let sums = noSums();
  let count = 0;
  return {
    add({ updates, series }, plan) {
      const whole: Epoch[] = [];
      if (plan === null) return whole;
      updates.forEach((update, i) => {
        for (const name of told) sums[name] += series[name]?.[i] ?? 0;
        count++;
        if (update % plan.updatesPerEpoch !== 0) return;
        const mean = (name: (typeof told)[number]): number => sums[name] / count;
        const position = { epoch: update / plan.updatesPerEpoch, epochs: plan.updates / plan.updatesPerEpoch, update };
        whole.push({ ...position, loss: mean('loss'), imagesPerSecond: mean('imagesPerSecond'), stepSeconds: mean('stepSeconds'), dataWaitSeconds: mean('dataWaitSeconds') });
        sums = noSums();
        count = 0;
      });
      return whole;
    },
  };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function milliseconds(seconds: number): string {
  return `${short(seconds * 1000)} ms`;
}
