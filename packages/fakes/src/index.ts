export { type FakeClock, fakeClock } from './clock.ts'
