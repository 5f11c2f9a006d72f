"""The critic's network: born equal to its base, right with a cache, and nothing of the base ever changes."""

import hashlib
from collections.abc import Iterable

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import GPT2Config, GPT2LMHeadModel

from tests.worker.network.shapes import SHAPES, awake, base_of, some_ids
from worker.network.critic import ReflectiveCodeTransformer, empty_cache, trainable
from worker.network.errors import ModelUnusable

EVERY_SHAPE = pytest.mark.parametrize("shape", list(SHAPES))


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def digest(tensors: Iterable[Tensor]) -> str:
    return hashlib.sha256(b"".join(tensor.detach().numpy().tobytes() for tensor in tensors)).hexdigest()


@EVERY_SHAPE
@torch.no_grad()
def test_a_fresh_critic_equals_its_base_exactly(shape: str) -> None:
    base, ids = base_of(shape), some_ids()
    network = ReflectiveCodeTransformer(base)
    expected = base(ids).logits
    assert torch.equal(network(ids), expected)
    assert torch.equal(network.base_logits(network.trunk(ids)), expected)


@EVERY_SHAPE
@torch.no_grad()
def test_a_critic_whose_layers_do_something_differs_from_its_base(shape: str) -> None:
    base, ids = base_of(shape), some_ids()
    network = awake(ReflectiveCodeTransformer(base))
    assert not torch.allclose(network(ids), base(ids).logits, atol=1e-2)


@EVERY_SHAPE
@torch.no_grad()
def test_with_a_cache_the_critic_says_what_the_whole_row_says(shape: str) -> None:
    network, ids = awake(ReflectiveCodeTransformer(base_of(shape))), some_ids()
    cache = empty_cache()
    pieces = [
        network.critic_logits(network.trunk(part, cache), cache) for part in ids.split([11, 1, 1, 4, 3], dim=1)
    ]
    torch.testing.assert_close(torch.cat(pieces, dim=1), network(ids), atol=1e-5, rtol=1e-4)


@EVERY_SHAPE
@torch.no_grad()
def test_padding_on_the_left_changes_no_row(shape: str) -> None:
    network, ids = awake(ReflectiveCodeTransformer(base_of(shape))), some_ids(1, 12)
    padded = torch.cat([torch.zeros(1, 5, dtype=torch.long), ids], dim=1)
    mask = torch.tensor([[0] * 5 + [1] * 12])
    torch.testing.assert_close(network(padded, mask)[:, 5:], network(ids), atol=1e-5, rtol=1e-4)


@EVERY_SHAPE
@torch.no_grad()
def test_the_new_layers_can_take_up_a_prefix_that_only_the_trunk_has_read(shape: str) -> None:
    network, ids = awake(ReflectiveCodeTransformer(base_of(shape))), some_ids(1, 20)
    cache = empty_cache()
    read = network.trunk(ids[:, :13], cache)  # as the draft left it
    rest = network.trunk(ids[:, 13:], cache)
    logits = network.critic_logits(torch.cat([read, rest], dim=1), cache)
    torch.testing.assert_close(logits, network(ids), atol=1e-5, rtol=1e-4)


@EVERY_SHAPE
def test_one_step_of_training_changes_every_named_tensor_and_no_byte_of_the_base(shape: str) -> None:
    network, ids = ReflectiveCodeTransformer(base_of(shape)), some_ids()
    named = dict(trainable(network))
    before_base, before = digest(network.base.state_dict().values()), {n: p.clone() for n, p in named.items()}
    optimizer = torch.optim.AdamW(named.values(), lr=0.01)
    for _ in range(2):  # the first step reaches only what follows the zeroed projections
        loss = cross_entropy(network(ids)[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert digest(network.base.state_dict().values()) == before_base
    assert [name for name, old in before.items() if torch.equal(old, named[name])] == []


def test_exactly_the_new_layers_the_norm_and_the_head_are_trained() -> None:
    network = ReflectiveCodeTransformer(base_of("tied llama"))
    parts = {".".join(name.split(".")[:2]) for name, _ in trainable(network)}
    assert parts == {"new_layers.0", "new_layers.1", "norm.weight", "head.weight"}
    free = {name for name, parameter in network.named_parameters() if parameter.requires_grad}
    assert free == {name for name, _ in trainable(network)}


def test_training_from_the_trunks_kept_states_equals_training_through_it() -> None:
    gradients = []
    for kept in (False, True):
        network, ids = awake(ReflectiveCodeTransformer(base_of("llama"))), some_ids()
        with torch.no_grad():
            states = torch.stack([network.trunk(row.unsqueeze(0))[0] for row in ids])
        logits = network.critic_logits(states) if kept else network(ids)
        cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten()).backward()  # type: ignore[no-untyped-call]
        gradients.append({name: parameter.grad for name, parameter in trainable(network)})
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], gradient, atol=1e-5, rtol=1e-5)


def unique_bytes(*modules: nn.Module) -> int:
    storages = {
        storage.data_ptr(): storage.nbytes()
        for module in modules
        for tensor in (*module.parameters(), *module.buffers())
        for storage in [tensor.untyped_storage()]
    }
    return sum(storages.values())


def test_base_and_critic_share_the_trunks_memory() -> None:
    base = base_of("llama")
    alone = unique_bytes(base)
    network = ReflectiveCodeTransformer(base)
    added = sum(parameter.nbytes for _, parameter in trainable(network))
    assert unique_bytes(base, network) == alone + added


def test_the_head_is_untied_from_the_embedding() -> None:
    network = ReflectiveCodeTransformer(base_of("tied llama"))
    assert network.head.weight.data_ptr() != network.base.model.embed_tokens.weight.data_ptr()


def test_another_shape_is_refused_in_a_sentence() -> None:
    other = GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=10))
    with pytest.raises(ModelUnusable, match="GPT2LMHeadModel is not Llama-shaped"):
        ReflectiveCodeTransformer(other)
