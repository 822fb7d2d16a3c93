import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { ledgerMetrics } from '../../../src/adapters/opentelemetry/index.ts';
import { createLedger } from '../../../src/once/ledger.ts';
import { memoryStore } from '../../../src/stores/memory/index.ts';

/** A real meter, and what it has measured so far: each with its unit, its attributes and its count. */
function measuring() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const measured = async () => {
    await reader.forceFlush();
    const [scope] = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    await provider.shutdown();
    return (scope?.metrics ?? []).map(({ descriptor, dataPoints }) => ({
      name: descriptor.name,
      unit: descriptor.unit,
      points: dataPoints.map(({ attributes, value }) => ({
        attributes,
        count: typeof value === 'object' && 'count' in value ? value.count : value,
      })),
    }));
  };
  return { meter: provider.getMeter('test'), measured };
}

it('calls are measured by operation, outcome and store, without their keys', async () => {
  const { meter, measured } = measuring();
  const ledger = createLedger({
    store: memoryStore(),
    namespace: 'test',
    keep: '1d',
    onEvent: ledgerMetrics(meter),
  });
  const charge = ledger.operation('charge', async (input: number) => input);
  for (const input of [1, 1, 1, 2]) await charge.settle(input, { key: 'k' });
  await ledger.close();
  const of = (outcome: string) => ({
    'runtwice.operation': 'charge',
    'runtwice.store': 'memory',
    'runtwice.outcome': outcome,
  });
  expect(await measured()).toEqual([
    {
      name: 'runtwice.call.duration',
      unit: 's',
      points: [
        { attributes: of('created'), count: 1 },
        { attributes: of('replayed'), count: 2 },
        { attributes: { ...of('differs'), 'error.type': 'ERR_RUNTWICE_KEY_REUSED' }, count: 1 },
      ],
    },
  ]);
});

it('warnings are counted, and times are seconds', async () => {
  const { meter, measured } = measuring();
  const onEvent = ledgerMetrics(meter);
  const call = { operation: 'mail', scope: 's', key: 'k', store: 'redis' };
  onEvent({ ...call, type: 'warning', warning: 'save-delayed', message: 'm' });
  onEvent({ ...call, type: 'warning', warning: 'save-delayed', message: 'm' });
  const attributes = {
    'runtwice.operation': 'mail',
    'runtwice.store': 'redis',
    'runtwice.warning': 'save-delayed',
  };
  expect(await measured()).toEqual([
    { name: 'runtwice.warnings', unit: '{warning}', points: [{ attributes, count: 2 }] },
  ]);
  const recorded: number[] = [];
  const plain = ledgerMetrics({
    createHistogram: () => ({ record: (value) => recorded.push(value) }),
    createCounter: () => ({ add: () => {} }),
  });
  plain({ ...call, type: 'call', outcome: 'created', durationMs: 1500 });
  expect(recorded).toEqual([1.5]);
});
