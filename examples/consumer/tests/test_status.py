import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from conftest import RELEASE
from fastapi.testclient import TestClient

from app.main import app
from app.resources import ALEMBIC_INI

NOBODY = "127.0.0.1:1"
HEAD, PREVIOUS = [script.revision for script in ScriptDirectory.from_config(Config(ALEMBIC_INI)).walk_revisions()][:2]


def test_health_names_the_release(client: TestClient) -> None:
    answer = client.get("/api/v1/health")

    assert answer.status_code == 200
    assert answer.json() == {"status": "healthy", "version": RELEASE}
    assert answer.headers["cache-control"] == "no-store"


def test_health_without_a_database_is_503_and_still_names_the_release(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("DATABASE_URL", f"postgresql+psycopg://app:s3cret@{NOBODY}/app")

    with TestClient(app) as client:
        answer = client.get("/api/v1/health")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unhealthy", "version": RELEASE}


def test_health_of_an_unknown_release_does_not_invent_one(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("RENDER_GIT_COMMIT")

    with TestClient(app) as client:
        assert client.get("/api/v1/health").json()["version"] == "unknown"


def test_health_needs_no_queue_and_diagnostics_does(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("REDIS_URL", f"redis://:s3cret@{NOBODY}/0")

    with TestClient(app) as client:
        health, diagnostics = client.get("/api/v1/health"), client.get("/api/diagnostics")

    assert health.status_code == 200
    assert diagnostics.status_code == 503
    assert diagnostics.json()["status"] == "unhealthy"
    assert diagnostics.json()["checks"]["redis"]["status"] == "unhealthy"
    assert "s3cret" not in diagnostics.text


def test_diagnostics_shows_each_check(client: TestClient) -> None:
    answer = client.get("/api/diagnostics")

    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert answer.json()["status"] == "healthy"
    assert checks["database"]["status"] == checks["redis"]["status"] == "healthy"
    assert 0 < checks["database"]["latency_ms"] < 3000
    assert checks["migrations"] == {"status": "healthy", "current": HEAD, "head": HEAD}


def test_diagnostics_without_a_database_knows_no_revision(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", f"postgresql+psycopg://app:s3cret@{NOBODY}/app")

    with TestClient(app) as client:
        answer = client.get("/api/diagnostics")

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == {"status": "unhealthy", "current": None, "head": HEAD}
    assert "s3cret" not in answer.text


def test_diagnostics_tells_a_database_that_is_behind(client: TestClient, environment: pytest.MonkeyPatch) -> None:
    command.downgrade(Config(ALEMBIC_INI), "-1")
    behind = client.get("/api/diagnostics")
    command.upgrade(Config(ALEMBIC_INI), "head")

    assert behind.status_code == 503
    assert behind.json()["checks"]["migrations"] == {"status": "unhealthy", "current": PREVIOUS, "head": HEAD}
    assert client.get("/api/diagnostics").status_code == 200


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_a_service_without_a_secret_does_not_start(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)

    with pytest.raises(RuntimeError, match=f"not set: {name}"), TestClient(app):
        pass
