import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from worker.demo import BASE
from worker.engines.local.scoring import LocalScorer
from worker.engines.scored_text import AskedText
from worker.memory.measuring import measure, name_pool
from worker.network.checkpoints import load_base, load_tokenizer
from worker.network.critic import Trunk
from worker.problem_sets.own_sets import load_own_set


@pytest.fixture(scope="module")
def scorer() -> LocalScorer:
    base = load_base(str(BASE))
    return LocalScorer(Trunk(base), load_tokenizer(str(BASE), base.config.vocab_size))


TEXTS = (
    AskedText(before="func Add(a, b int) int {\n", text="\treturn a + b\n}\n"),
    AskedText(before="", text="\treturn a + b\n}\n"),
    AskedText(before="// A longer prompt, so that rows of a batch differ.\nfunc F() {\n", text="\tx := 1\n}\n"),
)


def test_every_figure_is_that_of_a_slow_plain_computation(scorer: LocalScorer) -> None:
    network, tokenizer = load_base(str(BASE)), load_tokenizer(str(BASE))
    for asked, found in zip(TEXTS, scorer.score(TEXTS), strict=True):
        assert found is not None
        before = tokenizer.encode(asked.before, add_special_tokens=False)
        own = tokenizer.encode(asked.text, add_special_tokens=False)
        with torch.no_grad():
            logits = network(torch.tensor([before + own])).logits[0]
        start = max(len(before), 1)
        for place, token in enumerate((before + own)[start:]):
            shares = torch.softmax(logits[start + place - 1].double(), dim=-1)
            logs = shares.log()
            mean = sum(float(p) * float(lp) for p, lp in zip(shares, logs, strict=True))
            square = sum(float(p) * float(lp) ** 2 for p, lp in zip(shares, logs, strict=True))
            assert found.logprobs[place] == pytest.approx(float(logs[token]), abs=1e-3)
            assert found.standings[place] == pytest.approx(
                (float(logs[token]) - mean) / (square - mean**2) ** 0.5, rel=1e-2, abs=1e-2
            )
            assert found.first_choices[place] == (int(shares.argmax()) == token)
        assert len(found.logprobs) == len(before) + len(own) - start
        assert len(found.before_first_choices) == start - 1


def test_a_text_longer_than_the_context_has_no_figures(scorer: LocalScorer) -> None:
    config = LlamaConfig(
        vocab_size=2048, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
        num_key_value_heads=1, max_position_embeddings=16,
    )  # fmt: skip
    small = LocalScorer(Trunk(LlamaForCausalLM(config).eval()), load_tokenizer(str(BASE)))
    assert small.score([AskedText(before="", text="a b c " * 40)]) == [None]
    assert small.score([AskedText(before="", text="a b c")])[0] is not None


def test_a_problem_that_was_learned_by_heart_is_recited_and_its_names_are_known(scorer: LocalScorer) -> None:
    seen, fresh = [load_own_set(which).problems[:5] for which in ("seen", "fresh")]
    pool = name_pool([*load_own_set("seen").problems, *load_own_set("fresh").problems])
    known, unknown = measure(seen, pool, scorer), measure(fresh, pool, scorer)
    assert min(one.recited or 0 for one in known) > max(one.recited or 0 for one in unknown)
    assert min(one.logprob or -9 for one in known) > max(one.logprob or -9 for one in unknown)
