"""One token at a time, in company: what the whole network says of the whole row."""

import pytest
import torch
from torch import Tensor

from tests.worker.network.shapes import SHAPES, awake, base_of, some_ids
from worker.engines.local.states import COLUMN_CHUNK, RowsCache
from worker.engines.local.stepping import Stepper, is_known
from worker.network.critic import ReflectiveCodeTransformer, empty_cache

EVERY_SHAPE = pytest.mark.parametrize("shape", list(SHAPES))
EITHER_WAY = pytest.mark.parametrize("lean", [True, False], ids=["lean", "general"])
EITHER_WRITER = pytest.mark.parametrize("critic", [False, True], ids=["base", "critic"])


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def network_of(shape: str) -> ReflectiveCodeTransformer:
    return awake(ReflectiveCodeTransformer(base_of(shape)))


def whole(network: ReflectiveCodeTransformer, ids: list[int], *, critic: bool) -> Tensor:
    """(V,): the last token's logits, from a pass over the whole row."""
    row = torch.tensor([ids])
    with torch.no_grad():
        logits: Tensor = network(row) if critic else network.base(row).logits
    return logits[0, -1]


class Rows:
    """Rows in one cache, with the tokens that each has read."""

    def __init__(self, network: ReflectiveCodeTransformer, *, critic: bool, lean: bool) -> None:
        self.network, self.critic = network, critic
        self.cache, self.stepper = RowsCache(), Stepper(network, critic=critic, lean=lean)
        self.read: list[list[int]] = []

    @torch.no_grad()
    def join(self, ids: list[int], rows: int = 1) -> None:
        prompt = empty_cache()
        hidden = self.network.trunk(torch.tensor([ids]), prompt)
        if self.critic:
            self.network.upper(hidden, prompt)
        self.cache.admit(prompt, rows)
        self.read += [list(ids) for _ in range(rows)]

    def step(self, seed: int) -> Tensor:
        """(B, V), after a token for each row that depends on nothing but `seed`."""
        tokens = torch.randint(0, 60, (len(self.read),), generator=torch.Generator().manual_seed(seed)).tolist()
        self.read = [[*ids, token] for ids, token in zip(self.read, tokens, strict=True)]
        return self.stepper.step(tokens, self.cache)[1]

    def step_and_compare(self, seed: int) -> None:
        logits = self.step(seed)
        expected = torch.stack([whole(self.network, ids, critic=self.critic) for ids in self.read])
        torch.testing.assert_close(logits, expected, atol=1e-5, rtol=1e-4)

    def leave(self, *gone: int) -> None:
        self.read = [self.read[place] for place in self.cache.leave(list(gone))]


@EVERY_SHAPE
@EITHER_WAY
@EITHER_WRITER
def test_a_step_says_what_the_whole_row_says_while_rows_join_and_leave(
    shape: str, *, lean: bool, critic: bool
) -> None:
    rows = Rows(network_of(shape), critic=critic, lean=lean)
    ids = some_ids(1, 30)[0].tolist()
    rows.join(ids[:7], 3)
    for seed in range(3):
        rows.step_and_compare(seed)
    rows.join(ids[:25], 2)  # longer than all before: they move to the right
    rows.step_and_compare(3)
    rows.join(ids[3:5])  # shorter
    rows.step_and_compare(4)
    rows.leave(0, 4)
    rows.step_and_compare(5)
    rows.leave(*range(len(rows.read) - 1))
    rows.step_and_compare(6)


@EITHER_WAY
def test_rows_outgrow_their_room_in_both_directions(*, lean: bool) -> None:
    rows = Rows(network_of("llama"), critic=False, lean=lean)
    rows.join([5, 6, 7], 2)
    for seed in range(COLUMN_CHUNK + 5):
        rows.step(seed)
    rows.step_and_compare(0)
    rows.join([1, 2], 40)
    rows.step_and_compare(1)


def test_columns_that_only_rows_that_left_had_used_are_no_longer_read() -> None:
    rows = Rows(network_of("llama"), critic=False, lean=True)
    rows.join([1] * 20)
    rows.join([2] * 5)
    rows.leave(0)
    assert rows.cache.get_seq_length() == 5


@EVERY_SHAPE
def test_bringing_weights_together_changes_none_and_holds_none_twice(shape: str) -> None:
    network = network_of(shape)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    Stepper(network, critic=True)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    parameters = list(network.parameters())
    storages = {each.untyped_storage().data_ptr(): each.untyped_storage().nbytes() for each in parameters}
    assert sum(storages.values()) == sum(each.nbytes for each in parameters)


def test_a_second_engine_on_the_same_network_uses_the_same_weights() -> None:
    network = network_of("llama")
    Stepper(network)
    places = [each.data_ptr() for each in network.parameters()]
    Stepper(network)
    assert [each.data_ptr() for each in network.parameters()] == places


def test_a_layer_that_only_resembles_a_known_one_goes_the_general_way() -> None:
    layer = base_of("llama").model.layers[0]
    assert is_known(layer)

    class Louder(type(layer)):  # type: ignore[misc]
        """Might compute anything."""

    layer.__class__ = Louder
    assert not is_known(layer)


def test_a_quantized_projection_goes_the_general_way() -> None:
    layer = base_of("llama").model.layers[0]

    class Packed(torch.nn.Linear):
        """Stands for a quantized one: its weight is no plain matrix."""

    layer.mlp.up_proj = Packed(48, 64, bias=False)
    assert not is_known(layer)
