export { chosenEnvironment } from './environment.ts'
export { type ProcessEnd, type ProcessPlan, ProcessProblem, runProcess } from './run-process.ts'
