"""an index for the list of the newest messages"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # concurrently, so that no message waits for the index; that cannot be part of a transaction
    with op.get_context().autocommit_block():
        op.create_index("ix_messages_created_at", "messages", ["created_at"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_messages_created_at", "messages")
