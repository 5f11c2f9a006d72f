"""Every setting is documented and read; a value that cannot be used is one sentence."""

import re
from pathlib import Path

import pytest

from settings import ENVIRONMENT_PREFIX, Settings, SettingsError, database_url, load_settings

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    rows = re.findall(r"^\| `(TEKHNE_\w+)` \|", (ROOT / "docs/settings.md").read_text(), flags=re.M)
    assert sorted(rows) == sorted(f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields)


def test_every_setting_says_what_it_is_in_the_code() -> None:
    source = (ROOT / "settings/__init__.py").read_text()
    for name in Settings.model_fields:
        assert re.search(rf'^    {name}: .*\n    """', source, flags=re.M), f"{name} has no docstring"


def test_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("TEKHNE_PORT=8123\nTEKHNE_DEVICE=cpu\n")
    monkeypatch.setenv("TEKHNE_PORT", "8124")
    settings = load_settings(tmp_path / ".env")
    assert (settings.port, settings.device) == (8124, "cpu")


@pytest.mark.parametrize(
    "line",
    ["TEKHNE_GO=./go", "tekhne_go=./go", "TE\u212aHNE_GO=./go", "TEKHNE_GO_MODULES=evil.example/x@v1.0.0",
     "TEKHNE_CACHE_DIR=.", "TEKHNE_UNSAFE_NO_SANDBOX=true", "TEKHNE_LOGIN_HEADER=Host",
     "TEKHNE_TEACHER_URL=https://evil.example/v1", "TEKHNE_DEPOT=s3://evil/models"],
)  # fmt: skip
def test_what_is_executed_who_is_let_in_and_where_keys_go_is_said_by_the_environment_or_the_data_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    (tmp_path / ".env").write_text(f"TEKHNE_DATA_DIR={tmp_path}\n{line}\n")
    with pytest.raises(
        SettingsError, match=f"Line 2 of .* sets {line.split('=')[0]}, which says what is executed"
    ):
        load_settings(tmp_path / ".env")
    # The data folder that the real environment names is the user's own.
    monkeypatch.setenv("TEKHNE_DATA_DIR", str(tmp_path))
    load_settings(tmp_path / ".env")
    (tmp_path / "elsewhere.env").write_text("TEKHNE_PORT=8123\n")
    settings = load_settings(tmp_path / "elsewhere.env")
    assert (settings.port, settings.data_dir) == (8123, tmp_path)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("TEKHNE_PORT=eighty", ["TEKHNE_PORT", "'eighty'"]),
        ("TEKHNE_PORT=70000", ["TEKHNE_PORT", "65535"]),
        ("TEKHNE_DEVICE=abacus", ["TEKHNE_DEVICE", "abacus", "cuda"]),
        ("TEKHNE_ROLES=draft,judges", ["TEKHNE_ROLES", "'judges' is no role: name some of draft, judge, train"]),
        ("TEKHNE_ROLES=,", ["TEKHNE_ROLES", "',' is no role"]),
    ],
)
def test_an_unusable_value_is_named_in_one_sentence(tmp_path: Path, line: str, names: list[str]) -> None:
    (tmp_path / ".env").write_text(line + "\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path / ".env")
    assert "\n" not in str(caught.value)
    for name in names:
        assert name in str(caught.value)


def test_a_worker_has_all_roles_unless_some_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().roles == ("draft", "judge", "train")
    monkeypatch.setenv("TEKHNE_ROLES", " train, draft,train ")
    assert Settings().roles == ("draft", "train")


def test_an_env_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TEKHNE_PORT=\xff\xfe\n")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / ".env")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("TEKHNE_DEVICE=cpu\n= = =\n", "Line 2 of .* cannot be read"),
        ('TEKHNE_DB="never closed\n', "Line 1 of .* cannot be read"),
        ("# ports\nTEKHNE_PROT=8123\n", "Line 2 of .* sets TEKHNE_PROT, .* did you mean TEKHNE_PORT"),
        ("tekhne_nonsense=1\n", "sets tekhne_nonsense, which is not a setting: docs/settings.md"),
    ],
)
def test_a_line_that_would_have_no_effect_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / ".env").write_text(text)
    with pytest.raises(SettingsError, match=says) as caught:
        load_settings(tmp_path / ".env")
    assert "\n" not in str(caught.value)


def test_what_other_programs_keep_in_the_file_is_theirs(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# shared\n\nexport POSTGRES_PASSWORD='a b'\ntekhne_port=8123\n")
    assert load_settings(tmp_path / ".env").port == 8123


def test_a_folder_in_the_place_of_the_env_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match="is not a file"):
        load_settings(tmp_path / ".env")


def test_no_code_reads_a_setting_past_the_settings() -> None:
    known = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for room in ("app", "cli", "models", "settings", "worker", "tools"):
        for path in (ROOT / room).rglob("*.py"):
            named = set(re.findall(r"\bTEKHNE_[A-Z_]*[A-Z]\b", path.read_text()))
            assert named <= known, f"{path.relative_to(ROOT)} names {sorted(named - known)}"
            past = re.search(r"envvar=|environ(?:\.get\(|\[)[\"']TEKHNE_", path.read_text())
            assert past is None, f"{path.relative_to(ROOT)} reads {past[0]}"


def test_jobs_live_beside_a_sqlite_store_and_inside_a_postgres_one() -> None:
    assert Settings(db="/tmp/a/x.db").jobs_url == "sqlite:////tmp/a/x-jobs.db"
    postgres = Settings(db="postgresql://me@host/tekhne")
    assert postgres.jobs_url == postgres.store_url == "postgresql+psycopg://me@host/tekhne"


def test_a_bare_path_becomes_a_sqlite_url() -> None:
    assert database_url("/tmp/x.db") == "sqlite:////tmp/x.db"
    assert database_url("postgres://h/d") == "postgresql+psycopg://h/d"


def test_a_setting_that_is_set_and_empty_has_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("TEKHNE_GO=\nTEKHNE_PORT=\n")
    monkeypatch.setenv("TEKHNE_CACHE_DIR", "")
    settings = load_settings(tmp_path / ".env")
    assert (settings.go, settings.port) == (None, 8000)
    assert settings.cache_dir.name == "tekhne"
