"""The tests use the PostgreSQL and the Redis of the environment, and fail without them. What is there already is not
touched: they work in a schema of their own and in Redis' database 15."""

import os
import uuid
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient
from redis import Redis
from sqlalchemy import create_engine, text

from app.main import app
from app.resources import ALEMBIC_INI

RELEASE = "9f1e2c7d3b5a48069e1f7c2d4b6a80f1e3c5d7b9"


@pytest.fixture(scope="session")
def schema() -> Iterator[str]:
    """The address of an empty schema, which is gone afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    address = os.environ["DATABASE_URL"]
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"create schema {name}"))
    yield f"{address}{'&' if '?' in address else '?'}options={quote(f'-csearch_path={name}')}"
    with engine.begin() as connection:
        connection.execute(text(f"drop schema {name} cascade"))
    engine.dispose()


@pytest.fixture(scope="session")
def database_url(schema: str) -> str:
    """The same with every migration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", schema)
        command.upgrade(Config(ALEMBIC_INI), "head")
    return schema


@pytest.fixture
def redis_url() -> str:
    return urlsplit(os.environ["REDIS_URL"])._replace(path="/15").geturl()


@pytest.fixture
def queue(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        redis.flushdb()
        yield redis
        redis.flushdb()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str) -> pytest.MonkeyPatch:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("RENDER_GIT_COMMIT", RELEASE)
    return monkeypatch


@pytest.fixture
def client(environment: pytest.MonkeyPatch, queue: Redis) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client
