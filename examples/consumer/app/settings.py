import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    release: str

    @classmethod
    def from_environment(cls) -> Self:
        """Secrets have no default: a service that lacks one must not start."""
        missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
        if missing:
            raise RuntimeError(f"not set: {', '.join(missing)}")
        return cls(
            database_url=os.environ["DATABASE_URL"],
            redis_url=os.environ["REDIS_URL"],
            release=os.environ.get("RENDER_GIT_COMMIT") or "unknown",
        )
