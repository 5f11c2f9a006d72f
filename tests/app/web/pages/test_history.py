"""The history of a problem's re-runs: each says who repaired, and how."""

import re

from sqlalchemy import select, update

from models import Arm, Run
from models.arm_kinds import ArmKind
from models.enums import RunKind
from tests.app.web.pages.conftest import Served


def test_an_ablation_is_told_apart_from_the_critic(served: Served) -> None:
    for _ in range(2):
        served.factory.rerun(served.run_id, 1)
    with served.store.writer() as session:
        last = session.scalars(select(Run.id).where(Run.kind == RunKind.RERUN).order_by(Run.id.desc())).first()
        session.execute(update(Arm).where(Arm.run_id == last).values(kind=ArmKind.NO_TRACE, name="no_trace"))
    problem = served.client.get(f"/api/v1/runs/{served.run_id}/problems").json()["rows"][0]
    text = served.text(f"/runs/{served.run_id}/problems/{problem['address']}")
    rows = re.findall(r"<tr data-row>.*?</tr>", text[text.index('id="reruns"') :], re.DOTALL)
    assert ["no trace" in row for row in rows] == [True, False]
