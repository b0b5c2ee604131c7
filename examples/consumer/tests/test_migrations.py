import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from app.models import Base
from app.resources import ALEMBIC_INI


def test_the_migrations_make_what_the_models_say(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()

    assert differences == []


def test_every_migration_can_be_taken_back(environment: pytest.MonkeyPatch, database_url: str) -> None:
    engine = create_engine(database_url)

    command.downgrade(Config(ALEMBIC_INI), "base")
    tables = set(inspect(engine).get_table_names())
    command.upgrade(Config(ALEMBIC_INI), "head")

    assert tables == {"alembic_version"}
    assert set(inspect(engine).get_table_names()) == {"alembic_version", "messages"}
    engine.dispose()
