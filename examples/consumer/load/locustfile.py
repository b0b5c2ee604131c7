"""locust -f load/locustfile.py --headless -u 10 -r 10 -t 15s --host http://127.0.0.1:8000 --json-file load/report

Leaves load/report.json, which counts in buckets, and load/requests.csv, which has every request.
"""

import random
import uuid
from pathlib import Path

from locust import FastHttpUser, between, events, task
from locust.contrib.csv_request_logger import CsvRequestLogger
from locust.env import Environment


@events.init.add_listener
def keep_every_request(environment: Environment, **_: object) -> None:
    CsvRequestLogger(str(Path(__file__).with_name("requests.csv"))).register(environment)


class Client(FastHttpUser):
    """A shop that sends codes and notices, and looks whether they went out."""

    wait_time = between(0.05, 0.2)

    def on_start(self) -> None:
        self.sender = f"+4915{random.randrange(10**8):08}"
        self.sent: list[str] = []
        self.send()

    @task(3)
    def send(self) -> None:
        message = {
            "sender": self.sender,
            "recipient": f"+1202{random.randrange(10**7):07}",
            "text": random.choice(["Your code is 204817.", "Your parcel is on its way. " * 8, "Grüße aus Köln 📦"]),
        }
        with self.rest(
            "POST", "/api/v1/messages", json=message, headers={"idempotency-key": str(uuid.uuid4())}
        ) as answer:
            if answer.js is not None and "id" in answer.js:
                self.sent.append(answer.js["id"])

    @task(4)
    def read(self) -> None:
        if self.sent:
            self.client.get(f"/api/v1/messages/{random.choice(self.sent)}", name="/api/v1/messages/{id}")

    @task(2)
    def newest(self) -> None:
        self.client.get("/api/v1/messages?limit=20", name="/api/v1/messages")

    @task(1)
    def health(self) -> None:
        self.client.get("/api/v1/health")
