import uuid

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from app.main import app
from app.messages import QUEUE

MESSAGE = {"sender": "+4915112345678", "recipient": "+12025550123", "text": "Your code is 204817."}


def test_a_message_is_stored_and_queued(client: TestClient, queue: Redis) -> None:
    sent = client.post("/api/v1/messages", json=MESSAGE)

    assert sent.status_code == 201
    assert sent.json() == MESSAGE | {
        "id": sent.json()["id"],
        "segments": 1,
        "status": "queued",
        "created_at": sent.json()["created_at"],
    }
    assert client.get(f"/api/v1/messages/{sent.json()['id']}").json() == sent.json()
    assert queue.lrange(QUEUE, 0, -1) == [sent.json()["id"]]


def test_a_key_that_comes_again_sends_once(client: TestClient, queue: Redis) -> None:
    headers = {"idempotency-key": str(uuid.uuid4())}

    first = client.post("/api/v1/messages", json=MESSAGE, headers=headers)
    again = client.post("/api/v1/messages", json=MESSAGE, headers=headers)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert queue.llen(QUEUE) == 1


def test_a_key_of_another_message_is_refused(client: TestClient, queue: Redis) -> None:
    headers = {"idempotency-key": str(uuid.uuid4())}
    client.post("/api/v1/messages", json=MESSAGE, headers=headers)

    other = client.post("/api/v1/messages", json=MESSAGE | {"text": "Another code."}, headers=headers)

    assert other.status_code == 409
    assert queue.llen(QUEUE) == 1


def test_without_a_key_the_same_message_is_sent_twice(client: TestClient, queue: Redis) -> None:
    sent = {client.post("/api/v1/messages", json=MESSAGE).json()["id"] for _ in range(2)}

    assert len(sent) == 2
    assert queue.llen(QUEUE) == 2


def test_the_newest_messages_come_first(client: TestClient) -> None:
    sent = [client.post("/api/v1/messages", json=MESSAGE).json()["id"] for _ in range(3)]

    newest = client.get("/api/v1/messages", params={"limit": 2})

    assert [message["id"] for message in newest.json()] == [sent[2], sent[1]]


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_limit_out_of_range_is_refused(client: TestClient, limit: str) -> None:
    assert client.get("/api/v1/messages", params={"limit": limit}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "12025550123"},
        {"recipient": "+02025550123"},
        {"recipient": "+120255"},
        {"recipient": "+1234567890123456"},
        {"recipient": "+12025550123\n"},
        {"sender": "SHOP"},
        {"text": ""},
        {"text": "a" * 1001},
        {"text": "a\x00b"},
        {"colour": "red"},
    ],
)
def test_a_wrong_message_is_neither_stored_nor_queued(client: TestClient, queue: Redis, wrong: dict[str, str]) -> None:
    before = client.get("/api/v1/messages", params={"limit": 100}).json()

    assert client.post("/api/v1/messages", json=MESSAGE | wrong).status_code == 422

    assert client.get("/api/v1/messages", params={"limit": 100}).json() == before
    assert queue.llen(QUEUE) == 0


def test_an_unknown_message_is_not_found(client: TestClient) -> None:
    assert client.get(f"/api/v1/messages/{uuid.uuid4()}").status_code == 404


def test_a_queue_that_is_down_leaves_no_message_that_nobody_sends(
    environment: pytest.MonkeyPatch, client: TestClient
) -> None:
    headers = {"idempotency-key": str(uuid.uuid4())}
    with environment.context() as patch:
        patch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        with TestClient(app) as without_queue:
            refused = without_queue.post("/api/v1/messages", json=MESSAGE, headers=headers)

    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "5"
    # the client tries again with the same key, and this time it is the first
    assert client.post("/api/v1/messages", json=MESSAGE, headers=headers).status_code == 201
