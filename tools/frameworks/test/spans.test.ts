// OpenTelemetry's SDK finds the parent of a span in the asynchronous context.

import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { createTask, currentLoop, gather, sleep, TaskGroup } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';

const test = suite("OpenTelemetry's spans");

test('have as their parent the span in which their task was created', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const tracer = trace.getTracer('test');
  await tracer.startActiveSpan('root', async (root) => {
    await gather(
      createTask(function* () {
        yield* sleep(1);
        tracer.startSpan('in a generator').end();
      }),
      createTask(async () => {
        await sleep(1);
        tracer.startSpan('in an async function').end();
      }),
      TaskGroup.run(async (group) => {
        group.createTask(() =>
          tracer.startActiveSpan('child', async (child) => {
            await createTask(function* () {
              yield* sleep(1);
              tracer.startSpan('grandchild').end();
            });
            child.end();
          }),
        );
      }),
    );
    await new Promise<void>((resolve) => {
      currentLoop().callLater(1, () => {
        tracer.startSpan('in a callback').end();
        resolve();
      });
    });
    root.end();
  });
  const spans = exporter.getFinishedSpans();
  const nameOf = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  const parents = spans.map((span) => `${span.name} of ${nameOf.get(span.parentSpanContext?.spanId ?? '')}`);
  assert.equal(parents.sort(), [
    'child of root',
    'grandchild of child',
    'in a callback of root',
    'in a generator of root',
    'in an async function of root',
    'root of undefined',
  ]);
});

test.run();
