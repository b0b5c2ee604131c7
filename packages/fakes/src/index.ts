export { type FakeClock, fakeClock } from './clock.ts'
export { type Listening, listen } from './listen.ts'
export { type FakeService, fakeService, type Release } from './service.ts'
