import { expect, test } from '@jest/globals'
import { fitsPath } from '../../../actions/render-rollback-on-failure/src/database.ts'

test.each([
  ['alembic/versions/**', 'alembic/versions/a.py', true],
  ['alembic/versions/**', 'alembic/versions/deep/a.py', true],
  ['alembic/versions/*', 'alembic/versions/a.py', true],
  ['alembic/versions/*.py', 'alembic/versions/a.py', true],
  ['alembic/versions', 'alembic/versions/a.py', true],
  ['alembic/versions/', 'alembic/versions/deep/a.py', true],
  ['./alembic/versions/**', 'alembic/versions/a.py', true],
  ['/alembic/versions/**', 'alembic/versions/a.py', true],
  ['**/migrations/**', 'migrations/0001.py', true],
  ['**/migrations/**', 'apps/shop/migrations/0001.py', true],
  ['db/schema.sql', 'db/schema.sql', true],
  ['alembic/versions/**', 'alembic/env.py', false],
  ['alembic/versions/**', 'other/alembic/versions/a.py', false],
  ['migrations', 'migrations.py', false],
])('%s and %s: %s', (glob, path, fits) => {
  expect(fitsPath(glob, path)).toBe(fits)
})
