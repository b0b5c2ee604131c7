import { type Ending, isSilent } from './judge.ts'
import { shipsWanted } from './wanted.ts'

/** What a person does next, one line each; nothing where all is well. */
export function adviceFor(ending: Ending): readonly string[] {
  if (ending.kind === 'unknown-start')
    return ['Look into the dashboard whether a deploy is under way before you start another.']
  if (ending.kind === 'not-started') return []
  const { waited, wanted } = ending
  if (isSilent(waited))
    return [
      'Look at the deploy in the dashboard, then run the job again: a second deploy of the same release does no harm.',
    ]
  if (waited.end === 'timeout') return STUCK[waited.deploy.status] ?? STUCK_ANYWHERE
  if (waited.end === 'aborted') return ['Look at the deploy in the dashboard: nobody watches it now.']
  if (waited.deploy.status !== 'live') return ENDED[waited.deploy.status] ?? []
  if (shipsWanted(waited.deploy, wanted) === 'yes') return []
  return [
    'Somebody pushed or deployed in between, or a hook or a cron job deployed the head of the branch: run the job of the newer commit.',
  ]
}

const STUCK_ANYWHERE = ['Raise `timeout` if this service needs longer, or cancel the deploy in the dashboard.']

const STUCK: Readonly<Record<string, readonly string[]>> = {
  queued: ['Another deploy of this service is under way, and Render runs one at a time. Wait for it, or cancel it.'],
  build_in_progress: ['Read the build log in the dashboard. Render itself ends a build after 120 minutes.'],
  pre_deploy_in_progress: [
    'The pre-deploy command, often a migration, still runs: look for a lock. Render ends it after 30 minutes.',
  ],
  update_in_progress: [
    'The new instance does not get healthy: check the health check path, the port that it listens on, and its start log. Render gives up after 15 minutes.',
  ],
}

const ENDED: Readonly<Record<string, readonly string[]>> = {
  build_failed: ['Read the build log in the dashboard; run the same build command on this commit.'],
  pre_deploy_failed: [
    'Read the log of the pre-deploy command. If it migrated the database in part, the old release serves on the new schema.',
  ],
  update_failed: [
    'Read the start log: a missing environment variable, a wrong port and a health check path that answers no 2xx are the usual causes.',
  ],
  canceled: ['A newer deploy or a person cancelled it. If nobody did, look at the overlap policy of the workspace.'],
  deactivated: ['A newer deploy serves now. If it is not yours, find out who started it before you deploy again.'],
}
