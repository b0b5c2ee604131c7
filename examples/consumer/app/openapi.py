"""python -m app.openapi > openapi.json"""

import json

from app.main import app


def document() -> str:
    return json.dumps(app.openapi(), indent=2) + "\n"


if __name__ == "__main__":
    print(document(), end="")
