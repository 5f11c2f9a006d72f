"""A critic as one plain model: the base's layers, the new ones above them, norm and the critic's own head.

In: a loaded critic and its tokenizer. Out: an ordinary `transformers` folder of L + K layers that any engine or server
loads, with `export.json` beside the weights. What such a model cannot express (an embedding that is scaled, logits that
are capped) is found by comparing logits, and refused.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache, GenerationConfig, PreTrainedModel
from transformers import PreTrainedTokenizerBase as AnyTokenizer

from worker.network.critic import ReflectiveCodeTransformer
from worker.network.errors import ModelUnusable
from worker.network.exported import ExportRecord, ExportSource, GreedyProbe, ServedCritic, write_export
from worker.network.folders import folder_hash, written_aside
from worker.transcripts.errors import TooLongError
from worker.transcripts.format import REVISION, encode, opening_tokens, render_prompt
from worker.transcripts.seams import seamed_text, with_seams

PROBED = (
    (
        "// Sum returns the sum of the numbers.\nfunc Sum(numbers []int) int {\n",
        "\ttotal := 1\n\tfor _, n := range numbers {\n\t\ttotal += n\n\t}\n\treturn total\n}\n",
        "assertion at run\nexpected: 6 actual: 7",
    ),
    (
        "// IsEven says whether n is even.\nfunc IsEven(n int) bool {\n",
        "\treturn n % 2\n}\n",
        "type at check, line 1: return n % 2\ncannot use n % 2 as bool value in return statement",
    ),
    ("func f() {\n", "}\n", ""),
)
"""Problem, attempt and trace of the prompts by which a server is recognised; the last fits into any context."""
PROBE_TOKENS = 32
UNSURE_TOKENS = 4
PROBES = 4
"""Stretches of sure tokens that are kept; the longest ones."""
SURE = 0.5
"""By how much the likeliest token's logit is above the next one's where the arithmetic of another machine or number
format does not change it."""


def export_critic(
    network: ReflectiveCodeTransformer, tokenizer: AnyTokenizer, folder: Path, source: ExportSource
) -> ExportRecord:
    """Write the critic as a plain model, with logits equal to its own.

    Raises:
        ModelUnusable: no plain model of this architecture computes what the critic computes, or its tokenizer loses
            the critic's marks.
    """
    config = network.base.config
    prompts = list(_prompts(tokenizer, config.max_position_embeddings))
    plain = _plain_model(network)
    _compare(network, plain, prompts)
    ends = _ends_of(network, tokenizer)
    plain.generation_config = _generation_config(tokenizer, ends)
    with written_aside(folder) as aside:
        plain.save_pretrained(aside)
        seamed = _saved_tokenizer(with_seams(tokenizer), aside)
        record = ExportRecord(
            source=source,
            new_layers=len(network.new_layers),
            dtype=str(network.head.weight.dtype).removeprefix("torch."),
            served=ServedCritic(
                folder=str(folder.absolute()),
                weights_hash=folder_hash(aside),
                context=int(config.max_position_embeddings),
                vocabulary=int(config.vocab_size),
                probes=_critic_probes(plain, seamed, prompts, ends),
            ),
            base_probes=_base_probes(network.base, tokenizer, ends),
        )
        write_export(aside, record)
        for file in aside.iterdir():
            # Some are written for their owner alone, and a server may be another user.
            file.chmod(0o644)
    return record


def _plain_model(network: ReflectiveCodeTransformer) -> PreTrainedModel:
    values, new = network.base.config.to_dict(), len(network.new_layers)
    if values.get("quantization_config"):
        raise ModelUnusable(
            "The base is quantized, and its layers cannot be written beside the critic's: export from the base that "
            "it was quantized from."
        )
    for name, value in values.items():
        if isinstance(value, list) and len(value) == network.depth:
            # What is said layer by layer, such as which ones attend to a window; a new layer is as the last one.
            values[name] = [*value, *[value[-1]] * new]
    values["num_hidden_layers"] = network.depth + new
    # The critic's head is its own: tied, the exported model would use the embedding instead.
    values["tie_word_embeddings"] = False
    weight = network.head.weight
    try:
        config = type(network.base.config).from_dict(values)
        plain: PreTrainedModel = AutoModelForCausalLM.from_config(config, dtype=weight.dtype).to(weight.device)
        plain.model.embed_tokens.load_state_dict(network.base.model.embed_tokens.state_dict())
        layers = [*network.base.model.layers[: network.depth], *network.new_layers]
        for there, layer in zip(plain.model.layers, layers, strict=True):
            there.load_state_dict(layer.state_dict())
        plain.model.norm.load_state_dict(network.norm.state_dict())
        plain.lm_head.load_state_dict(network.head.state_dict())
    except (ValueError, RuntimeError, TypeError, AttributeError) as error:
        raise _inexpressible(network, str(error).splitlines()[0]) from error
    return plain.eval()


def _inexpressible(network: ReflectiveCodeTransformer, reason: str) -> ModelUnusable:
    kind = type(network.base).__name__
    return ModelUnusable(
        f"A critic on a {kind} cannot be written as one plain {kind} ({reason}): use it in this process."
    )


@torch.inference_mode()
def _compare(network: ReflectiveCodeTransformer, plain: PreTrainedModel, prompts: list[list[int]]) -> None:
    for prompt in prompts:
        ids = torch.tensor([prompt], device=network.device)
        own, found = network(ids).float(), plain(ids).logits.float()
        if not torch.allclose(own, found, rtol=0, atol=float(own.abs().max()) / 100):
            apart = float((own - found).abs().max())
            raise _inexpressible(network, f"its logits would differ by {apart:.2g}")


def _ends_of(network: ReflectiveCodeTransformer, tokenizer: AnyTokenizer) -> frozenset[int]:
    """The tokens that end a text in this process."""
    ends = getattr(getattr(network.base, "generation_config", None), "eos_token_id", None)
    own = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
    return frozenset([*([ends] if isinstance(ends, int) else ends or []), *own])


def _generation_config(tokenizer: AnyTokenizer, ends: frozenset[int]) -> GenerationConfig:
    """The same ends of text as in this process, and no defaults of its own for what a request says."""
    pad = tokenizer.pad_token_id
    return GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=sorted(ends) or None,
        pad_token_id=pad if pad is not None else min(ends, default=None),
        do_sample=True,
        temperature=1.0,
        top_p=1.0,
        top_k=0,
    )


def _saved_tokenizer(tokenizer: AnyTokenizer, folder: Path) -> AnyTokenizer:
    """The tokenizer as it is loaded again from `folder`."""
    tokenizer.save_pretrained(folder)
    file = folder / "tokenizer_config.json"
    text = file.read_text(encoding="utf-8")
    # Older versions of transformers do not know the name that newer ones write for the same class.
    file.write_text(text.replace('"TokenizersBackend"', '"PreTrainedTokenizerFast"'), encoding="utf-8")
    again: AnyTokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    mark = encode(again, REVISION)
    if again.decode(mark, skip_special_tokens=True) != again.decode(mark):
        raise ModelUnusable(
            "The tokenizer loses the mark between reflection and revision when a server writes its answer as text: "
            "this critic cannot be served."
        )
    return again


def _prompts(tokenizer: AnyTokenizer, context: int) -> Iterator[list[int]]:
    for problem, attempt, trace in PROBED:
        try:
            budget = context - PROBE_TOKENS
            yield list(render_prompt(problem, attempt, trace, tokenizer=tokenizer, budget=budget).ids)
        except TooLongError:
            continue


def _critic_probes(
    model: PreTrainedModel, tokenizer: AnyTokenizer, prompts: list[list[int]], ends: frozenset[int]
) -> tuple[GreedyProbe, ...]:
    """The longest stretches in which the critic is sure of every token."""
    sure, first = [], []
    for prompt in prompts:
        new, unsure = _written(model, prompt, ends)
        for before, end in pairwise([-1, *unsure, len(new)]):
            read = [*prompt, *new[: before + 1]]
            sure.append(_probe(tokenizer, read, seamed_text(tokenizer, read), new[before + 1 : end]))
        first.append(_probe(tokenizer, prompt, seamed_text(tokenizer, prompt), new[:UNSURE_TOKENS]))
    # A critic that is hardly trained is sure of nothing: its first words are all there is.
    found = [probe for probe in sure if probe.text] or first
    return tuple(sorted(found, key=lambda probe: -probe.tokens)[:PROBES])


def _base_probes(base: PreTrainedModel, tokenizer: AnyTokenizer, ends: frozenset[int]) -> tuple[GreedyProbe, ...]:
    """How the base begins to answer, as far as it is sure, for prompts that a server encodes by itself."""
    sure, first = [], []
    for problem, _, _ in PROBED:
        read = opening_tokens(tokenizer) + encode(tokenizer, problem)
        new, unsure = _written(base, read, ends)
        sure.append(_probe(tokenizer, read, problem, new[: min([*unsure, len(new)])]))
        first.append(_probe(tokenizer, read, problem, new[:UNSURE_TOKENS]))
    return tuple(probe for probe in sure if probe.text) or tuple(first)


@torch.inference_mode()
def _written(model: PreTrainedModel, prompt: list[int], ends: frozenset[int]) -> tuple[list[int], list[int]]:
    """What the model writes greedily, an end of text included, and the places at which it is not sure."""
    new: list[int] = []
    unsure: list[int] = []
    cache, read = DynamicCache(), prompt
    while len(new) < PROBE_TOKENS and not ends.intersection(new):
        logits = model(torch.tensor([read], device=model.device), past_key_values=cache).logits[0, -1].float()
        best = logits.topk(2)
        if float(best.values[0] - best.values[1]) < SURE:
            unsure.append(len(new))
        read = [int(best.indices[0])]
        new += read
    return new, unsure


def _probe(tokenizer: AnyTokenizer, read: list[int], prompt: str, new: list[int]) -> GreedyProbe:
    text = tokenizer.decode(new, skip_special_tokens=True).rstrip("\ufffd")
    return GreedyProbe(ids=tuple(read), prompt=prompt, text=text, tokens=len(new))
