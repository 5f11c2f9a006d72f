"""What teaching costs: tokens, US dollars where the user says what they cost, and the limits of both.

Prices change and depend on contracts, so none is written down here: the user gives them.
"""

from dataclasses import dataclass

from models.errors import TekhneError

PRICED_TOKENS = 1_000_000
"""Prices are for so many tokens, as all providers state them."""


class BudgetSpent(TekhneError):
    """The budget is used up, or cannot be kept because the teacher does not count its tokens."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of questions and answers, as the teacher counts them; None where it does not."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    """With those of hidden thoughts, which are paid for too."""

    @property
    def tokens(self) -> int | None:
        if self.input_tokens is None or self.output_tokens is None:
            return None
        return self.input_tokens + self.output_tokens

    def plus(self, other: "Usage") -> "Usage":
        """The sum, in which what was not counted is left out."""
        return Usage(
            input_tokens=_sum(self.input_tokens, other.input_tokens),
            output_tokens=_sum(self.output_tokens, other.output_tokens),
        )


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one + (other or 0)


UNKNOWN = Usage()


@dataclass(frozen=True, kw_only=True)
class Price:
    """US dollars per million tokens."""

    input_usd: float
    output_usd: float

    def cost(self, usage: Usage) -> float | None:
        """US dollars; None where the tokens are not known."""
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        return (self.input_usd * usage.input_tokens + self.output_usd * usage.output_tokens) / PRICED_TOKENS


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What one call of a command may spend."""

    tokens: int | None = None
    usd: float | None = None
    """Counts only with a price."""
    price: Price | None = None

    @property
    def is_limited(self) -> bool:
        return self.tokens is not None or self.usd is not None

    def cost(self, usage: Usage) -> float | None:
        return self.price.cost(usage) if self.price else None

    def check(self, spent: Usage, answers: int, under_way: int) -> None:
        """Whether one more question may be asked after `answers` of them, while `under_way` others wait for theirs.

        Those under way, and the next, are expected to cost what an answer cost on average.

        Raises:
            BudgetSpent: it may not.
        """
        if not answers or not self.is_limited:
            return
        if spent.tokens is None:
            raise BudgetSpent(
                "The teacher does not say how many tokens it uses, so no budget can be kept: leave the budget out."
            )
        expected = 1 + (under_way + 1) / answers
        tokens, usd = spent.tokens, self.cost(spent)
        if self.tokens is not None and tokens * expected > self.tokens:
            raise BudgetSpent(f"The budget is spent: {tokens:,} of {self.tokens:,} tokens.")
        if self.usd is not None and usd is not None and usd * expected > self.usd:
            raise BudgetSpent(f"The budget is spent: ${usd:.4f} of ${self.usd:.4f}.")


NO_LIMIT = Budget()
