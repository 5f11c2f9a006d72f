"""The state of the installation: table sizes, rulers, and settings without their secrets."""

from datetime import timedelta

from pydantic import SecretStr

from app.queries.health import LISTED_RULERS, list_rulers, shown_settings, table_sizes
from models import RulerIdentity, Store
from models.base import now
from settings import Settings
from tests.app.queries.conftest import Filled


def test_an_empty_store_has_empty_tables(sqlite_store: Store) -> None:
    with sqlite_store.reader() as session:
        assert {size.rows for size in table_sizes(session)} == {0}
        assert list_rulers(session) == ()


def test_tables_are_sized_by_what_they_have_held(filled: Filled) -> None:
    with filled.store.reader() as session:
        sizes = {size.name: size.rows for size in table_sizes(session)}
    assert (sizes["runs"], sizes["problems"], sizes["attempts"], sizes["transcripts"]) == (1, 30, 120, 0)
    assert sizes["revisions"] > 0


def test_the_newest_rulers_are_listed(sqlite_store: Store) -> None:
    with sqlite_store.writer() as session:
        for number in range(LISTED_RULERS + 2):
            at = now() + timedelta(seconds=number)
            session.add(RulerIdentity(digest=f"ruler {number}", go_version="go1.27", created_at=at))
            session.flush()
    with sqlite_store.reader() as session:
        digests = [row.digest for row in list_rulers(session)]
    assert digests == [f"ruler {number}" for number in range(LISTED_RULERS + 1, 1, -1)]


def test_settings_are_shown_without_passwords_and_secrets() -> None:
    settings = Settings(db="postgresql+psycopg://me:hidden@host/tekhne", endpoint_key=SecretStr("hidden"))
    shown = shown_settings(settings)
    assert "hidden" not in str(shown)
    assert shown["TEKHNE_DB"] == "postgresql+psycopg://me:***@host/tekhne"
    assert shown["TEKHNE_ENDPOINT_KEY"] == "set"
    assert shown["TEKHNE_PORT"] == str(settings.port)
