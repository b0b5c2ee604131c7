/** GitHub's word for how a job or run ended. */
export type Conclusion =
  | 'success'
  | 'failure'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'neutral'
  | 'action_required'
  | 'stale'
  | 'startup_failure'

/** The words of the OpenTelemetry conventions for CI/CD. */
export type Status = 'success' | 'failure' | 'error' | 'timeout' | 'cancellation' | 'skip'

export interface RunPart {
  readonly id: string
  readonly attempt: number
  readonly number?: number
  readonly url?: string
  readonly workflow: string
  readonly workflow_path?: string
  readonly event: string
  readonly actor?: string
}

export interface JobPart {
  readonly id?: string
  readonly key: string
  readonly task: string
  /** As GitHub shows it. */
  readonly name?: string
  readonly url?: string
  readonly matrix?: Readonly<Record<string, string>>
}

export interface VcsPart {
  readonly repository: string
  readonly repository_url: string
  readonly ref_name?: string
  readonly ref_type?: 'branch' | 'tag'
  readonly ref_class: 'default' | 'pr' | 'tag' | 'other'
  readonly revision: string
  readonly base_ref_name?: string
  readonly change_id?: string
  readonly fork?: boolean
}

export interface RunnerPart {
  readonly name?: string
  readonly os?: string
  readonly arch?: string
  readonly environment?: 'github-hosted' | 'self-hosted'
}

export interface TimePart {
  readonly created_at?: string
  readonly started_at?: string
  readonly completed_at: string
  readonly queued_seconds?: number
  readonly source: 'api' | 'local' | 'input'
}

/** Shares from 0 to 1. */
export interface CoverageValues {
  readonly lines?: number
  readonly branches?: number
  readonly functions?: number
  readonly statements?: number
  readonly patch_lines?: number
  readonly patch_branches?: number
}

export interface GatePart {
  readonly gate: string
  readonly outcome: 'pass' | 'fail' | 'inconclusive' | 'no-data'
  readonly reason?: string
  readonly file: string
}

export interface MetricPart {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Absent: from the input `metrics`. */
  readonly gate?: string
  readonly scope?: string
  readonly low?: number
  readonly high?: number
  readonly samples?: number
}

/** What became of the jobs of a run. */
export interface JobsPart {
  /** Absent: GitHub did not give them. */
  readonly total?: number
  /** Of an earlier attempt; in no other number. */
  readonly carried_over?: number
  readonly counts: Readonly<Partial<Record<Status, number>>>
  readonly items?: readonly JobItem[]
}

export interface JobItem {
  readonly name: string
  readonly id?: string
  readonly status: Status
  readonly duration_seconds?: number
}

/** `gather`: by a last job that knows the others. `run`: by another workflow, after the run. */
export type ReporterMode = 'job' | 'gather' | 'run'

interface AnyEvent {
  readonly schema: 'hardgate.build-event/v1'
  readonly event_id: string
  readonly build_id: string
  readonly status: Status
  readonly conclusion: Conclusion
  /** Absent: unknown. */
  readonly duration_seconds?: number
  readonly coverage_percent?: number
  readonly coverage?: CoverageValues & { readonly source: 'verdict' | 'input' }
  readonly run: RunPart
  readonly time: TimePart
  readonly vcs: VcsPart
  readonly runner?: RunnerPart
  readonly gates?: readonly GatePart[]
  readonly metrics?: readonly MetricPart[]
  readonly soft_failures?: { readonly count: number; readonly names?: readonly string[] }
  readonly attributes?: Readonly<Record<string, string>>
  readonly trace: { readonly trace_id: string; readonly span_id: string; readonly parent_span_id?: string }
  readonly reporter: { readonly version: string; readonly mode: ReporterMode; readonly trust: 'own' | 'fork' }
  readonly notes?: readonly string[]
}

export interface JobEvent extends AnyEvent {
  readonly type: 'ci.job.completed'
  readonly job: JobPart
}

export interface RunEvent extends AnyEvent {
  readonly type: 'ci.run.completed'
  readonly jobs: JobsPart
}

/** What is sent; `buildEventSchema` is its law. */
export type BuildEvent = JobEvent | RunEvent
