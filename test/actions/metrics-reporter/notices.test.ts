import { expect, test } from '@jest/globals'
import { assign } from '../../../actions/metrics-reporter/src/credentials.ts'
import { endpoints } from '../../../actions/metrics-reporter/src/endpoints.ts'
import { clearCredentials, hasCredentials } from '../../../actions/metrics-reporter/src/notices.ts'

const assigned = (line: string, token = '', headers = '') =>
  assign(endpoints().parse(line, {}), token, headers).endpoints

test.each([
  ['otlp+http://o.internal:4318', 's3cr3t', ''],
  ['pushgateway+http://p.internal:9091', '', 'X-Key: 1234'],
  ['influx+http://ci:pw@i.internal:8086 db=ci', '', ''],
  ['influx+http://i.internal:8086/write?db=ci&u=ci&p=pw', '', ''],
  ['http://m.internal', '', 'X-Key: 1234'],
])('credentials of %s can be read on the way', (line, token, headers) => {
  const [told = ''] = clearCredentials(assigned(line, token, headers))

  expect(told).toMatch(
    /^[a-z]+ \([a-z]\.internal(?::\d+)?\) is asked over http: its credentials can be read on the way\.$/,
  )
  expect(assigned(line, token, headers).map(hasCredentials)).toEqual([true])
})

test.each([
  ['otlp+https://o.internal:4318', 's3cr3t', ''],
  ['otlp+http://127.0.0.1:4318', 's3cr3t', ''],
  ['influx+http://[::1]:8086 db=ci', 's3cr3t', ''],
  ['pushgateway+http://localhost:9091', '', 'X-Key: 1234'],
  ['pushgateway+http://p.internal:9091', '', ''],
  // a signing secret does not travel
  ['http://m.internal', 's3cr3t', ''],
  ['statsd://s.internal:8125', '', ''],
  ['dogstatsd+tcp://s.internal:8125', '', ''],
])('no credentials of %s travel in the clear', (line, token, headers) => {
  expect(clearCredentials(assigned(line, token, headers))).toEqual([])
})
