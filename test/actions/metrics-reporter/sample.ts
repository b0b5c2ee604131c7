import type { JobEvent, RunEvent } from '../../../actions/metrics-reporter/src/build-event.ts'

/** One event with something in every part. */
export const sampleEvent: JobEvent = {
  schema: 'hardgate.build-event/v1',
  event_id: 'hg1-9edf27d5d3d709997c05657397a64b8d',
  type: 'ci.job.completed',
  build_id: '17654321098-2',
  status: 'failure',
  conclusion: 'failure',
  duration_seconds: 95.25,
  coverage_percent: 85.29,
  coverage: { lines: 0.8529, branches: 0.7143, source: 'verdict' },
  run: {
    id: '17654321098',
    attempt: 2,
    number: 41,
    url: 'https://github.com/acme/sms/actions/runs/17654321098',
    workflow: 'CI',
    workflow_path: '.github/workflows/ci.yml',
    event: 'pull_request',
    actor: 'grace',
  },
  job: {
    id: '50123456789',
    key: 'test',
    task: 'test (3.12, ubuntu-24.04)',
    url: 'https://github.com/acme/sms/actions/runs/17654321098/job/50123456789',
    matrix: { python: '3.12', os: 'ubuntu-24.04' },
  },
  time: { started_at: '2026-11-22T20:00:09.000Z', completed_at: '2026-11-22T20:01:44.250Z', source: 'local' },
  vcs: {
    repository: 'acme/sms',
    repository_url: 'https://github.com/acme/sms',
    ref_name: 'feat/x',
    ref_type: 'branch',
    ref_class: 'pr',
    revision: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    base_ref_name: 'main',
    change_id: '7',
    fork: false,
  },
  runner: { name: 'runner-1', os: 'Linux', arch: 'X64', environment: 'github-hosted' },
  gates: [
    {
      gate: 'perf-threshold-gate',
      outcome: 'fail',
      reason: 'p95 612 ms, limit 500 ms, over by 112 ms',
      file: 'perf-threshold-gate.json',
    },
  ],
  metrics: [
    { name: 'bundle_size', value: 348_160, unit: 'By' },
    { name: 'p95', value: 0.612, unit: 's', gate: 'perf-threshold-gate', low: 0.6, high: 0.625, samples: 11_873 },
  ],
  attributes: { team: 'messaging' },
  trace: {
    trace_id: '359ea866a467621754e557a1133829e1',
    span_id: '447b8a1885e989a5',
    parent_span_id: '1e93a88bf26f0567',
  },
  reporter: { version: '1.0.0', mode: 'job', trust: 'own' },
  notes: ['matrix-unreadable'],
}

/** The event of the whole run, of which the job above is one. */
export const sampleRunEvent: RunEvent = {
  schema: 'hardgate.build-event/v1',
  event_id: 'hg1-3b037c052e29868c7262d86b0550fce4',
  type: 'ci.run.completed',
  build_id: '17654321098-2',
  status: 'failure',
  conclusion: 'failure',
  duration_seconds: 143.5,
  run: sampleEvent.run,
  jobs: {
    total: 3,
    carried_over: 1,
    counts: { success: 1, failure: 1, skip: 1 },
    items: [
      { name: 'test (3.12, ubuntu-24.04)', id: '50123456789', status: 'failure', duration_seconds: 95.25 },
      { name: 'lint', id: '50123456790', status: 'success', duration_seconds: 12 },
      { name: 'deploy', id: '50123456791', status: 'skip' },
    ],
  },
  time: {
    created_at: '2026-11-22T20:00:00.000Z',
    started_at: '2026-11-22T20:00:01.000Z',
    completed_at: '2026-11-22T20:02:24.500Z',
    queued_seconds: 8,
    source: 'api',
  },
  vcs: sampleEvent.vcs,
  trace: { trace_id: '359ea866a467621754e557a1133829e1', span_id: '1e93a88bf26f0567' },
  reporter: { version: '1.0.0', mode: 'run', trust: 'own' },
}
