/** What the workflow says of the job, as text: evaluated anew for the post stage, and foreign, for steps may have written it. */
export interface Told {
  readonly 'build-id': string
  readonly status: string
  readonly duration: string
  readonly coverage: string
  readonly metrics: string
  readonly attributes: string
  readonly task: string
  readonly steps: string
  readonly 'verdict-files': string
  readonly 'job-status': string
  readonly 'job-id': string
  readonly matrix: string
  readonly needs: string
  readonly labels: string
}
