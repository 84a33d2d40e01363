"""The account at the organisation's sign-in service that is a member of staff's."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("oidc", sa.Text(), nullable=False, server_default=""))
    linked = sa.text("oidc <> ''")
    op.create_index("ux_staff_oidc", "staff", ["oidc"], unique=True, sqlite_where=linked, postgresql_where=linked)


def downgrade() -> None:
    op.drop_index("ux_staff_oidc", "staff")
    op.drop_column("staff", "oidc")
