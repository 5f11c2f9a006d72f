"""A server of an exported critic in the store: it stands on the base, knows what was read, and is asked before."""

import shutil
from pathlib import Path

import pytest
import torch
from sqlalchemy import select

from app.actions.origins import OriginDeclaration, declare_origins
from app.actions.runs import create_run
from models import Checkpoint, Problem, Store
from models.arm_kinds import ArmKind
from models.base import now
from models.enums import CheckpointKind, Origin
from models.origins import find_origins
from models.specification import ArmSpecification, RunSpecification
from settings import Settings
from tests.worker.engines.critic_server import ServedNetwork, serving
from tests.worker.engines.stand_in_server import Answering
from tests.worker.tiny_run import add_tiny_models
from worker.checkpoints import CheckpointError, NameTaken, add_base, add_endpoint
from worker.checkpoints.served_critics import (
    BaseUnknown,
    NotExportable,
    OtherModel,
    add_served_critic,
    export_registered,
)
from worker.critics import make_critic
from worker.network.errors import ModelChanged, ModelGone, ModelUnusable, WrongKind
from worker.opening import open_engine, open_local
from worker.training.drift import plan_drift
from worker.training.errors import NoDrift

CPU = Settings(device="cpu")
CONTEXT = 1024
"""Of the tiny models in the store."""


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def exported(sqlite_store: Store, tmp_path: Path) -> Path:
    """The exported critic `critic` of the store."""
    add_tiny_models(sqlite_store, tmp_path)
    export_registered(sqlite_store, CPU, "critic", tmp_path / "plain")
    return tmp_path / "plain"


def rows(store: Store) -> dict[str, Checkpoint]:
    with store.reader() as session:
        found = session.query(Checkpoint).all()
        session.expunge_all()
    return {row.name: row for row in found}


def add(store: Store, url: str, folder: Path, name: str = "served", base: str = "") -> str:
    return add_served_critic(store, CPU, name, url, "tiny", exported=folder, base=base)


def test_it_stands_on_the_base_and_comes_from_the_critic(sqlite_store: Store, exported: Path) -> None:
    with serving(ServedNetwork(context=CONTEXT)) as server:
        assert add(sqlite_store, server.url, exported) == "served"
        assert add(sqlite_store, server.url, exported, name="again") == "served"
        # As if the store knew it from the archive of a run alone.
        with sqlite_store.writer() as session:
            found = session.scalars(select(Checkpoint).where(Checkpoint.name == "served")).one()
            found.location, found.deleted_at = "", now()
        assert add(sqlite_store, server.url, exported, name="again") == "served"
    known = rows(sqlite_store)
    row, critic = known["served"], known["critic"]
    assert (row.kind, row.location) == (CheckpointKind.CRITIC, f"{server.url}#tiny")
    assert (row.base_id, row.parent_id, row.layers) == (known["base"].id, critic.id, 2)
    assert row.content_hash != critic.content_hash
    assert row.deleted_at is None
    assert "again" not in known
    with sqlite_store.writer() as session:
        arm = ArmSpecification(kind=ArmKind.CRITIC, checkpoint="served")
        create_run(session, RunSpecification(problem_sets=("two",), base="base", arms=(arm,)))


def test_it_has_seen_what_critic_and_base_have_seen(sqlite_store: Store, exported: Path) -> None:
    with serving(ServedNetwork(context=CONTEXT)) as server:
        add(sqlite_store, server.url, exported)
    known = rows(sqlite_store)
    said = OriginDeclaration.of(saw=("two",), not_saw=(), forget=(), cut_off=None, evidence="its log")
    declare_origins(sqlite_store, known["critic"].id, said)
    with sqlite_store.reader() as session:
        problems = session.query(Problem.id)
        found = find_origins(session, [known["served"].id], [row.id for row in problems])
    assert {one.origin for one in found.values()} == {Origin.SEEN}


def test_added_as_a_plain_model_it_comes_from_the_critic(sqlite_store: Store, exported: Path) -> None:
    add_base(sqlite_store, "merged", str(exported))
    known = rows(sqlite_store)
    said = OriginDeclaration.of(saw=("two",), evidence="its log")
    declare_origins(sqlite_store, known["critic"].id, said)
    with sqlite_store.reader() as session:
        found = find_origins(session, [known["merged"].id], select(Problem.id)).values()
    assert {one.reason for one in found} == {"critic, an ancestor of merged, saw it, as declared: its log."}
    with pytest.raises(NoDrift, match="merged was not trained from another base"):
        plan_drift(sqlite_store, "merged", "two")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, "serves another model as tiny than served"),
        ({"counts_more": 2}, "serves another model or tokenizer than served"),
        ({"refuses": 404}, "the paths /completions and /chat/completions"),
        ({"refuses": 401}, "TEKHNE_ENDPOINT_KEY"),
    ],
)
def test_a_server_that_does_not_serve_it_is_not_registered(
    sqlite_store: Store, exported: Path, change: dict[str, int], words: str
) -> None:
    behaviour = ServedNetwork(change.pop("seed", 0), context=CONTEXT)
    for name, value in change.items():
        setattr(behaviour, name, value)
    with serving(behaviour) as server, pytest.raises(OtherModel, match=words):
        add(sqlite_store, server.url, exported)
    assert "served" not in rows(sqlite_store)


def test_what_cannot_be_registered_or_exported_is_one_sentence(sqlite_store: Store, exported: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    folder = exported.parent
    with pytest.raises(ModelUnusable, match="holds no exported critic"):
        add(sqlite_store, url, folder / "critic")
    with pytest.raises(BaseUnknown, match="No checkpoint is called nowhere"):
        add(sqlite_store, url, exported, base="nowhere")
    with pytest.raises(BaseUnknown, match="and critic is another model, or has another tokenizer"):
        add(sqlite_store, url, exported, base="critic")
    with pytest.raises(NameTaken, match="Another checkpoint is called base"):
        add(sqlite_store, url, exported, name="base")
    with pytest.raises(OtherModel, match=r"connection broke .* check its URL, and that the server runs"):
        add(sqlite_store, url, exported)
    with pytest.raises(NotExportable, match="is neither a folder nor a registered critic"):
        export_registered(sqlite_store, CPU, "nowhere", folder / "new")
    with pytest.raises(WrongKind, match="base is a checkpoint of kind base"):
        export_registered(sqlite_store, CPU, "base", folder / "new")
    (exported / "config.json").write_text((exported / "config.json").read_text() + " ")
    with pytest.raises(ModelChanged, match="are not those that were exported there"):
        add(sqlite_store, url, exported)
    assert sorted(rows(sqlite_store)) == ["base", "critic"]
    assert not (folder / "new").exists()


def test_a_base_that_is_not_registered_is_named(sqlite_store: Store, exported: Path) -> None:
    with sqlite_store.writer() as session:
        for row in session.query(Checkpoint).order_by(Checkpoint.id.desc()):
            session.delete(row)
            session.flush()
    with pytest.raises(BaseUnknown, match="The base of critic is not registered"):
        add(sqlite_store, "http://127.0.0.1:9/v1", exported)
    with pytest.raises(BaseUnknown, match="name its folder by --base"):
        export_registered(sqlite_store, CPU, str(exported.parent / "critic"), exported.parent / "new")
    export_registered(
        sqlite_store,
        CPU,
        str(exported.parent / "critic"),
        exported.parent / "new",
        base=str(exported.parent / "base"),
    )


def test_record_and_tokenizer_are_enough_where_the_weights_are_elsewhere(
    sqlite_store: Store, exported: Path, tmp_path: Path
) -> None:
    (exported / "model.safetensors").unlink()
    with serving(ServedNetwork(context=CONTEXT)) as server:
        assert add(sqlite_store, server.url, exported) == "served"


class BothServed:
    """One server: the base under one name, the critic under another."""

    def __init__(self, *, other_base: bool = False) -> None:
        self.critic = ServedNetwork(context=CONTEXT)
        self.base = ServedNetwork(int(other_base), context=CONTEXT)
        self.base.serves_base = True

    def __call__(self, answering: Answering, number: int) -> None:
        (self.base if answering.body["model"] == "base" else self.critic)(answering, number)


def test_it_stands_on_a_server_of_its_base_which_is_asked_as_well(sqlite_store: Store, exported: Path) -> None:
    behaviour = BothServed()
    with serving(behaviour) as server:
        add_endpoint(sqlite_store, "served-base", server.url, "base")
        add(sqlite_store, server.url, exported, base="served-base")
    known = rows(sqlite_store)
    assert known["served"].base_id == known["served-base"].id
    engine = open_engine(CPU, known["served-base"], known["served"])
    make_critic(ArmKind.CRITIC, engine)
    engine.close()
    shutil.rmtree(exported)
    with pytest.raises(ModelGone, match=r"The tokenizer of served is not in .* any more"):
        open_engine(CPU, known["served-base"], known["served"])


def test_a_server_of_another_base_is_refused(sqlite_store: Store, exported: Path) -> None:
    with serving(BothServed(other_base=True)) as server:
        add_endpoint(sqlite_store, "served-base", server.url, "base")
        with pytest.raises(OtherModel, match="served-base does not write as base, on which critic was trained"):
            add(sqlite_store, server.url, exported, base="served-base")


def test_it_is_no_critic_for_this_process_and_is_not_exported_again(sqlite_store: Store, exported: Path) -> None:
    with serving(ServedNetwork(context=CONTEXT)) as server:
        add(sqlite_store, server.url, exported)
    known = rows(sqlite_store)
    with pytest.raises(
        WrongKind, match="served is a checkpoint of kind critic behind a server, and a critic in this"
    ):
        open_local(CPU, known["base"], known["served"])
    with pytest.raises(CheckpointError, match="served is behind a server already"):
        export_registered(sqlite_store, CPU, "served", exported.parent / "new")
