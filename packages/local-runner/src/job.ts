import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { evaluateText } from './expressions.ts'
import { type Level, scopeOf } from './level.ts'
import { killGroup } from './process.ts'
import type { Recorder } from './recorder.ts'
import { Refusal } from './refusal.ts'
import { resolveName } from './repository.ts'
import { createSession, listenToCaller, recorderFor, type Session, verdictFiles } from './session.ts'
import type { Post, StepEnd } from './step-end.ts'
import { readSteps, type Step } from './step-file.ts'
import { nameOf, runStep } from './steps.ts'
import type { JobOptions, JobRun, LocalOptions, LocalRun, StepRun } from './types.ts'

const MAX_ANNOTATIONS_OF_A_JOB = 50
const MAX_OUTPUT_BYTES = 1_048_576

/**
 * Runs one action as the only step of a job: `render-deploy` is an action of this repository, `$/` its root composite,
 * `./x` lies in the workspace, and a path may be absolute. Rejects with a Refusal for what is not run here.
 */
export async function runLocally(uses: string, options: LocalOptions = {}): Promise<LocalRun> {
  const { with: given = {}, ...rest } = options
  const session = createSession(rest)
  const place = resolveName(uses, session)
  if (!['action.yml', 'action.yaml'].some((name) => existsSync(join(place.folder, name)))) {
    throw new Refusal(`${uses}: there is no action.yml in ${place.folder}.`)
  }
  const step: Step = {
    ...{ id: '', name: '', condition: '', env: {}, continueOnError: '' },
    does: {
      kind: 'uses',
      uses,
      place,
      with: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, literal(String(value))])),
    },
  }
  const { runs, posts } = await runAll(session, [step])
  const [run] = runs
  if (run === undefined) throw new Error('a job of one step ran none')
  return { ...run, ...after(session), posts }
}

// The values are those that the action gets: an expression in one of them is text.
const literal = (value: string): string => value.replaceAll('${{', "${{ '${{' }}")

/** Runs the steps of a job in order, then the post stages, the last step's first. */
export async function runJob(options: JobOptions): Promise<JobRun> {
  const unable = ['services', 'container'].find((key) => key in options)
  if (unable !== undefined) throw new Refusal(`${unable}: a job is run here without containers.`)
  const session = createSession(options)
  const { level, runs, posts } = await runAll(session, readSteps(options.steps, 'job', 'job'))
  const recorder = recorderFor(session)
  const outputs = jobOutputs(level, options.outputs ?? {}, recorder)
  const all = [...runs, ...posts]
  return {
    ...after(session),
    conclusion: session.status,
    steps: level.steps,
    runs: all,
    posts,
    outputs,
    annotations: [...all.flatMap(({ annotations }) => annotations), ...recorder.annotations].slice(
      0,
      MAX_ANNOTATIONS_OF_A_JOB,
    ),
    summary: joinBlocks(all.map(({ summary }) => summary)),
    log: [...all.map(({ log }) => log), recorder.log.join('\n')].filter((log) => log !== '').join('\n'),
    rawOut: all.map(({ rawOut }) => rawOut).join(''),
  }
}

interface Ran {
  readonly level: Level
  readonly runs: readonly StepRun[]
  readonly posts: readonly StepRun[]
}

async function runAll(session: Session, steps: readonly Step[]): Promise<Ran> {
  const stopListening = listenToCaller(session)
  try {
    return await runInOrder(session, steps)
  } finally {
    stopListening()
    for (const group of session.orphans) killGroup(group)
  }
}

async function runInOrder(session: Session, steps: readonly Step[]): Promise<Ran> {
  const runs: StepRun[] = []
  const posts: StepRun[] = []
  const waiting: { name: string; post: Post }[] = []
  const level = jobLevel(session)
  for (const step of steps) {
    const recorder = recorderFor(session)
    const name = nameOf(step)
    const own = { ...level, github: { ...level.github, action: actionName(step) } }
    // oxlint-disable-next-line no-await-in-loop -- steps run one after the other
    const end = await runStep(own, step, recorder, (post) => waiting.push({ name: `Post ${name}`, post }))
    if (end.conclusion === 'failure' && session.status === 'success') session.status = 'failure'
    runs.push(stepRun(step.id, name, end, recorder))
  }
  for (const { name, post } of waiting.toReversed()) {
    const recorder = recorderFor(session)
    // oxlint-disable-next-line no-await-in-loop -- post stages run one after the other
    const end = await post(level, recorder)
    if (end.outcome === 'failure' && session.status === 'success') session.status = 'failure'
    posts.push(stepRun('', name, end, recorder))
  }
  return { level, runs, posts }
}

function jobLevel(session: Session): Level {
  return {
    kind: 'job',
    session,
    root: session.root,
    github: session.contexts.github,
    inputs: {},
    steps: {},
    overrides: {},
    status: () => session.status,
    deadline: session.deadline,
    depth: 0,
  }
}

/** GitHub shows each summary as a block of its own. */
function joinBlocks(summaries: readonly string[]): string {
  const blocks = summaries.filter((summary) => summary !== '')
  return blocks.map((block, at) => (at < blocks.length - 1 && !block.endsWith('\n') ? `${block}\n` : block)).join('\n')
}

/** The id, or a generated one, which begins with two underscores. */
function actionName({ id, does }: Step): string {
  if (id !== '') return id
  return does.kind === 'run' ? '__run' : `__${does.uses.replaceAll(/[^\w-]+/g, '_').replace(/^_+/, '')}`
}

function stepRun(id: string, name: string, end: StepEnd, recorder: Recorder): StepRun {
  const { isBroken: _, ...result } = end
  return {
    ...result,
    id,
    name,
    annotations: recorder.annotations,
    summary: joinBlocks(recorder.summary),
    log: recorder.log.join('\n'),
    rawOut: recorder.raw.join(''),
  }
}

function jobOutputs(
  level: Level,
  outputs: Readonly<Record<string, string>>,
  recorder: Recorder,
): Record<string, string> {
  const { masker } = level.session
  const scope = scopeOf(level, Object.fromEntries(level.session.env))
  const kept: Record<string, string> = {}
  let bytes = 0
  for (const [name, text] of Object.entries(outputs)) {
    const value = evaluateText(text, scope)
    if (value === '') continue
    bytes += value.length * 2 // GitHub counts UTF-16
    if (bytes > MAX_OUTPUT_BYTES)
      throw new Refusal(`The outputs of the job are larger than 1 MB at ${name}: GitHub takes no more.`)
    if (masker.mask(value) === value) kept[name] = value
    else recorder.issue({ level: 'warning', message: `Skip output '${name}' since it may contain secret.` })
  }
  return kept
}

function after(
  session: Session,
): Pick<JobRun, 'env' | 'path' | 'masks' | 'verdictFiles' | 'orphans' | 'workspace' | 'runnerTemp'> {
  return {
    env: Object.fromEntries(session.written),
    path: session.path,
    masks: session.masker.values,
    verdictFiles: verdictFiles(session),
    orphans: session.orphans.size,
    workspace: session.workspace,
    runnerTemp: session.temp,
  }
}
