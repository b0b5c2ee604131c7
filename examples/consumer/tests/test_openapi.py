from pathlib import Path

from fastapi.testclient import TestClient

from app.openapi import document

COMMITTED = Path(__file__).parent.parent / "openapi.json"


def test_the_committed_document_is_up_to_date() -> None:
    assert COMMITTED.read_text() == document(), "python -m app.openapi > openapi.json"


def test_the_service_serves_it(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert set(paths) == {
        "/api/v1/health",
        "/api/diagnostics",
        "/api/v1/messages",
        "/api/v1/messages/{message_id}",
    }
