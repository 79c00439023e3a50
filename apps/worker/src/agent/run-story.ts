import type { EventData, Logger, trainingSeries, WrittenEvent } from '@eyegazer/core';

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

function tellFinding(log: Logger, { rule, level, update, message, healthState }: EventData<'finding'>): void {
  log[level === 'info' ? 'info' : 'warn']({ rule, findingLevel: level, update, healthState }, `Finding ${rule} (${level}) after update ${update}: ${message}`);
}

/** Means over one epoch; its images by the whole time that they took. */
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

/** Gathers points until an epoch is whole. */
function createEpochs(): { add(data: EventData<'metrics'>, plan: EventData<'plan'> | null): Epoch[] } {
  const noSums = { updates: 0, loss: 0, images: 0, stepSeconds: 0, dataWaitSeconds: 0 };
  let sums = noSums;
  return {
    add({ updates, series }, plan) {
      const whole: Epoch[] = [];
      if (plan === null) return whole;
      updates.forEach((update, i) => {
        const valueOf = (name: (typeof trainingSeries)[number]): number => series[name]?.[i] ?? 0;
        const [stepSeconds, dataWaitSeconds] = [valueOf('stepSeconds'), valueOf('dataWaitSeconds')];
        sums = {
          updates: sums.updates + 1,
          loss: sums.loss + valueOf('loss'),
          images: sums.images + valueOf('imagesPerSecond') * (stepSeconds + dataWaitSeconds),
          stepSeconds: sums.stepSeconds + stepSeconds,
          dataWaitSeconds: sums.dataWaitSeconds + dataWaitSeconds,
        };
        if (update % plan.updatesPerEpoch !== 0) return;
        whole.push({
          epoch: update / plan.updatesPerEpoch,
          epochs: plan.updates / plan.updatesPerEpoch,
          update,
          loss: sums.loss / sums.updates,
          imagesPerSecond: sums.images / (sums.stepSeconds + sums.dataWaitSeconds),
          stepSeconds: sums.stepSeconds / sums.updates,
          dataWaitSeconds: sums.dataWaitSeconds / sums.updates,
        });
        sums = noSums;
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
