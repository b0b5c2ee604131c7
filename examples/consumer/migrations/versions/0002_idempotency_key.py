"""a key of the client, with which a message is sent once"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # nullable: the release that still runs while this one is deployed writes no key
    op.add_column("messages", sa.Column("idempotency_key", sa.String(64), nullable=True))
    op.create_unique_constraint("messages_idempotency_key_key", "messages", ["idempotency_key"])


def downgrade() -> None:
    op.drop_constraint("messages_idempotency_key_key", "messages")
    op.drop_column("messages", "idempotency_key")
