import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Response, status
from pydantic import BaseModel, ConfigDict, StringConstraints
from redis import RedisError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Message
from app.resources import ResourcesOf, SessionOf
from app.segments import count_segments

router = APIRouter(prefix="/api/v1/messages", tags=["messages"])
QUEUE = "messages:outbound"

# E.164: a plus, a country code that does not begin with 0, at most 15 digits
PhoneNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
IdempotencyKey = Annotated[str | None, Header(min_length=8, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class NewMessage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sender: PhoneNumber
    recipient: PhoneNumber
    # PostgreSQL keeps no NUL
    text: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]


class StoredMessage(NewMessage):
    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    segments: int
    status: str
    created_at: datetime


@router.post("", status_code=status.HTTP_201_CREATED, responses={200: {"model": StoredMessage}, 409: {}, 503: {}})
def send(
    new: NewMessage,
    response: Response,
    session: SessionOf,
    resources: ResourcesOf,
    idempotency_key: IdempotencyKey = None,
) -> StoredMessage:
    """Stores a message and queues it. A key that was used before answers 200 with the first message, and sends
    nothing."""
    # a second request with this key waits here until the first one commits, and then inserts nothing
    created = session.scalar(
        insert(Message)
        .values(**new.model_dump(), segments=count_segments(new.text), idempotency_key=idempotency_key)
        .on_conflict_do_nothing(index_elements=[Message.idempotency_key])
        .returning(Message)
    )
    if created is None:
        response.status_code = status.HTTP_200_OK
        return _sent_before(session, new, idempotency_key)
    # queued before the commit: a queue that is down then leaves no message that nobody sends
    try:
        resources.redis.lpush(QUEUE, str(created.id))
    except RedisError:
        raise HTTPException(503, "the queue is not reachable", {"retry-after": "5"}) from None
    stored = StoredMessage.model_validate(created)
    session.commit()
    return stored


def _sent_before(session: Session, new: NewMessage, key: str | None) -> StoredMessage:
    first = session.scalars(select(Message).where(Message.idempotency_key == key)).one()
    if (first.sender, first.recipient, first.text) != (new.sender, new.recipient, new.text):
        raise HTTPException(409, "this idempotency-key was used for another message")
    return StoredMessage.model_validate(first)


@router.get("/{message_id}", responses={404: {}})
def read(message_id: uuid.UUID, session: SessionOf) -> StoredMessage:
    message = session.get(Message, message_id)
    if message is None:
        raise HTTPException(404, "no such message")
    return StoredMessage.model_validate(message)


@router.get("")
def newest(session: SessionOf, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[StoredMessage]:
    found = session.scalars(select(Message).order_by(Message.created_at.desc()).limit(limit))
    return [StoredMessage.model_validate(message) for message in found]
