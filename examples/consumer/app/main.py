from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from app import messages, status
from app.resources import Resources
from app.settings import Settings


class State(TypedDict):
    resources: Resources


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[State]:
    resources = Resources.open(Settings.from_environment())
    yield {"resources": resources}
    resources.close()


app = FastAPI(title="SMS platform", version="1.0.0", lifespan=lifespan)
app.include_router(status.router)
app.include_router(messages.router)
