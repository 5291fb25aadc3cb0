import { assert, suite } from '@oxbow/testkit';
import { HELP, readCommandLine } from '../src/command-line.ts';
import { DEFAULT_EXPERIMENT } from '../src/experiment.ts';

const test = suite('the command line of the lab');

test('without words it is the page and the default experiment', () => {
  assert.equal(readCommandLine([]), {
    experiment: DEFAULT_EXPERIMENT,
    page: true,
    port: undefined,
    open: undefined,
  });
});

test('every option is read', () => {
  const words =
    '--no-ui --jobs 1,10 --job-ms 50 --cpu-share 0 --models async,threads --workers 2 --port 0 --no-open';
  assert.equal(readCommandLine(words.split(' ')), {
    experiment: { jobs: [1, 10], jobMs: 50, cpuShare: 0, models: ['async', 'threads'], workers: 2 },
    page: false,
    port: 0,
    open: false,
  });
});

test('help names every option', () => {
  assert.is(readCommandLine(['--help']), 'help');
  for (const option of [
    '--no-ui',
    '--jobs',
    '--job-ms',
    '--cpu-share',
    '--models',
    '--workers',
    '--port',
    '--open',
  ])
    assert.match(HELP, option);
});

test('what it does not know is refused in one sentence', () => {
  for (const [words, message] of [
    ['--fast', '--fast is no option'],
    ['--jobs', '--jobs wants a value'],
    ['--jobs ten', 'whole numbers'],
    ['--job-ms 1.5', 'whole number of milliseconds'],
    ['--models magic', 'no model "magic"'],
    ['--port 70000', 'from 0 to 65535'],
  ] as const) {
    assert.throws(() => readCommandLine(words.split(' ')), message);
  }
});

test.run();
