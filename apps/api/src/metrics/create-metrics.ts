/**
 * The numbers of GET /metrics. What this process does is counted as it happens; what everybody does is read from the
 * database when it is asked for. No label holds the id of an experiment: their number has no bound.
 */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface RequestFacts {
  /** As the contract has it: `/api/experiments/:id`. */
  route: string;
  method: string;
  status: number;
  seconds: number;
}

export interface Metrics {
  readonly registry: Registry;
  observeRequest(request: RequestFacts): void;
  /** From the moment an event was written until it was pushed. */
  observeEventLag(seconds: number): void;
  observePlacement(round: { seconds: number; ok: boolean }): void;
  observeStore(operation: string, seconds: number, ok: boolean): void;
  setSocketCount(count: () => number): void;
  /** Adds numbers that are to be read first, each time somebody asks. */
  readBefore(read: () => Promise<void>): void;
  /** In Prometheus's text format. Whoever asks while another is being answered gets the same answer. */
  text(): Promise<string>;
}

const short = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'eyegazer_http_request_duration_seconds',
    help: 'Duration of HTTP requests of this process, from the first byte of the request to the end of the answer.',
    labelNames: ['method', 'route', 'status_class'] as const,
    buckets: [...short, 30],
    registers,
  });
  const eventLag = new Histogram({
    name: 'eyegazer_event_push_lag_seconds',
    help: 'Time from the moment that an event was written by its trainer until this process pushed it to a client that follows live. Two clocks: the trainer\'s and this one\'s.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const placement = new Histogram({
    name: 'eyegazer_placement_round_duration_seconds',
    help: 'Duration of placement rounds of this process.',
    labelNames: ['outcome'] as const,
    buckets: short,
    registers,
  });
  const store = new Histogram({
    name: 'eyegazer_artifact_store_duration_seconds',
    help: 'Duration of operations of this process on the artifact store; a read lasts as long as its reader takes.',
    labelNames: ['operation', 'outcome'] as const,
    buckets: [...short, 30, 60],
    registers,
  });
  const sockets = new Gauge({ name: 'eyegazer_socket_connections', help: 'Clients that are connected to this process by socket.', registers });

  const reads: (() => Promise<void>)[] = [];
  let answer: Promise<string> | null = null;
  let socketCount = (): number => 0;

  async function read(): Promise<string> {
    sockets.set(socketCount());
    await Promise.all(reads.map((task) => task()));
    return registry.metrics();
  }

  return {
    registry,
    observeRequest: ({ route, method, status, seconds }) => requests.observe({ method, route, status_class: `${Math.floor(status / 100)}xx` }, seconds),
    observeEventLag: (seconds) => eventLag.observe(Math.max(0, seconds)),
    observePlacement: ({ seconds, ok }) => placement.observe({ outcome: ok ? 'ok' : 'error' }, seconds),
    observeStore: (operation, seconds, ok) => store.observe({ operation, outcome: ok ? 'ok' : 'error' }, seconds),
    setSocketCount(count) {
      socketCount = count;
    },
    readBefore: (task) => void reads.push(task),
    text() {
      answer ??= read().finally(() => (answer = null));
      return answer;
    },
  };
}
