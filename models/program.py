"""Programs: the exact Go source that was judged, one row a content."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Program(Base):
    """Content-addressed source: small models repeat themselves, so one row often serves many samples."""

    __tablename__ = "program"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str] = mapped_column(Text)
