from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import Depends, Request
from redis import Redis
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.settings import Settings

ALEMBIC_INI = Path(__file__).parent.parent / "alembic.ini"


@dataclass(frozen=True)
class Resources:
    """What lives as long as the process. Nothing connects before the first request, so a database that is down makes
    the service unhealthy and not unstartable."""

    engine: Engine
    redis: Redis
    release: str
    migration_head: str | None

    @classmethod
    def open(cls, settings: Settings) -> Self:
        return cls(
            engine=create_engine(
                settings.database_url,
                pool_pre_ping=True,
                pool_timeout=3,
                connect_args={"connect_timeout": 3},
            ),
            redis=Redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3),
            release=settings.release,
            migration_head=ScriptDirectory.from_config(Config(ALEMBIC_INI)).get_current_head(),
        )

    def close(self) -> None:
        self.engine.dispose()
        self.redis.close()


def _resources(request: Request) -> Resources:
    return request.state.resources


ResourcesOf = Annotated[Resources, Depends(_resources)]


def _session(resources: ResourcesOf) -> Iterator[Session]:
    with Session(resources.engine) as session:
        yield session


SessionOf = Annotated[Session, Depends(_session)]
