from collections.abc import Callable
from time import perf_counter
from typing import Literal

from alembic.runtime.migration import MigrationContext
from fastapi import APIRouter, Response, status
from pydantic import BaseModel
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.resources import Resources, ResourcesOf

router = APIRouter(tags=["status"])
Word = Literal["healthy", "unhealthy"]


class Health(BaseModel):
    status: Word
    version: str


class Check(BaseModel):
    status: Word
    latency_ms: float


class Migrations(BaseModel):
    status: Word
    current: str | None
    head: str | None


class Checks(BaseModel):
    database: Check
    redis: Check
    migrations: Migrations


class Diagnostics(BaseModel):
    status: Word
    checks: Checks


@router.get("/api/v1/health", responses={503: {"model": Health}})
def health(resources: ResourcesOf, response: Response) -> Health:
    """Whether this release can serve: the database answers. The queue is not asked, because messages can be read
    without it and a restart would not bring it back."""
    return Health(status=_told(response, _check_database(resources).status), version=resources.release)


@router.get("/api/diagnostics", responses={503: {"model": Diagnostics}})
def diagnostics(resources: ResourcesOf, response: Response) -> Diagnostics:
    """Everything the service depends on. No message of an error is shown: it may hold a host or a password."""
    database = _check_database(resources)
    checks = Checks(
        database=database,
        redis=_check(lambda: resources.redis.ping()),
        migrations=_check_migrations(resources, reachable=database.status == "healthy"),
    )
    words = (checks.database.status, checks.redis.status, checks.migrations.status)
    return Diagnostics(status=_told(response, "unhealthy" if "unhealthy" in words else "healthy"), checks=checks)


def _told(response: Response, word: Word) -> Word:
    if word == "unhealthy":
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    response.headers["cache-control"] = "no-store"
    return word


def _check_database(resources: Resources) -> Check:
    def ask() -> None:
        with resources.engine.connect() as connection:
            connection.execute(text("select 1"))

    return _check(ask)


def _check(ask: Callable[[], object]) -> Check:
    start = perf_counter()
    word: Word = "healthy"
    try:
        ask()
    except (SQLAlchemyError, RedisError):
        word = "unhealthy"
    return Check(status=word, latency_ms=round((perf_counter() - start) * 1000, 2))


def _check_migrations(resources: Resources, *, reachable: bool) -> Migrations:
    current = None
    if reachable:
        with resources.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    word: Word = "healthy" if current is not None and current == resources.migration_head else "unhealthy"
    return Migrations(status=word, current=current, head=resources.migration_head)
