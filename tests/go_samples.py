"""Small Go problems with right and wrong answers, for stores that tests and pictures are made of.

Each wrong answer carries the verdict that the ruler would give it and the words it would say. Nothing here is ever
compiled: tests that need a real verdict run the real ruler.
"""

from dataclasses import dataclass

from models.enums import Stage, Verdict


@dataclass(frozen=True, kw_only=True)
class WrongAnswer:
    """A function that does not pass, and what is said of it."""

    text: str
    verdict: Verdict
    stage: Stage
    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, kw_only=True)
class GoSample:
    """One problem: its function, its tests and its wrong answers."""

    entry_point: str
    signature: str
    description: str
    example_check: str
    hidden_checks: tuple[str, ...]
    right: str
    wrong: tuple[WrongAnswer, ...]
    imports: tuple[str, ...] = ()
    reflection: str = (
        "The test reports a wrong value. I follow the code with the failing input and mend that step."
    )


CLAMP = GoSample(
    entry_point="ClampAll",
    signature="func ClampAll(values []int, low, high int) []int {",
    description="Return a copy of values in which nothing is below low or above high.",
    example_check="assert.Equal([]int{2, 3, 5}, ClampAll([]int{1, 3, 9}, 2, 5))",
    hidden_checks=(
        "assert.Equal([]int{}, ClampAll([]int{}, 0, 1))",
        "assert.Equal([]int{-1, -1, 4}, ClampAll([]int{-7, -1, 8}, -1, 4))",
    ),
    right="""func ClampAll(values []int, low, high int) []int {
	clamped := make([]int, 0, len(values))
	for _, value := range values {
		clamped = append(clamped, max(low, min(high, value)))
	}
	return clamped
}
""",
    wrong=(
        WrongAnswer(
            text="""func ClampAll(values []int, low, high int) []int {
	clamped := make([]int, 0, len(values))
	for _, value := range values {
		if value < low {
			value = low
		}
		clamped = append(clamped, value)
	}
	return clamped
}
""",
            verdict=Verdict.ASSERTION,
            stage=Stage.RUN,
            message="TestClampAll: not equal\n\texpected: []int{2, 3, 5}\n\tactual  : []int{2, 3, 9}",
        ),
        WrongAnswer(
            text="""func ClampAll(values []int, low, high int) []int {
	clamped := make([]int, 0, len(values))
	for i, value := range values {
		clamped = append(clamped, max(low, min(high, value)))
	}
	return clamped
}
""",
            verdict=Verdict.TYPE,
            stage=Stage.CHECK,
            message="declared and not used: i",
            line=3,
            column=6,
        ),
    ),
    reflection="Only the lower bound is enforced: 9 stays 9 although high is 5. Each value has to meet both bounds.",
)

JOIN = GoSample(
    entry_point="InitialsOf",
    signature="func InitialsOf(name string) string {",
    description="Return the initials of a name in capitals, so that 'ada king' gives 'AK'.\nWords are split at spaces.",
    example_check='assert.Equal("AK", InitialsOf("ada king"))',
    hidden_checks=('assert.Equal("", InitialsOf("  "))', 'assert.Equal("ÉB", InitialsOf("élan brook"))'),
    imports=("strings",),
    right="""func InitialsOf(name string) string {
	var initials strings.Builder
	for _, word := range strings.Fields(name) {
		first := []rune(word)[0]
		initials.WriteString(strings.ToUpper(string(first)))
	}
	return initials.String()
}
""",
    wrong=(
        WrongAnswer(
            text="""func InitialsOf(name string) string {
	initials := ""
	for _, word := range strings.Split(name, " ") {
		initials += strings.ToUpper(word[:1])
	}
	return initials
}
""",
            verdict=Verdict.PANIC,
            stage=Stage.RUN,
            message="panic: runtime error: slice bounds out of range [:1] with length 0",
            line=4,
        ),
        WrongAnswer(
            text="""func InitialsOf(name string) string {
	initials := ""
	for _, word := range strings.Fields(name) {
		initials += strings.ToUpper(word[:1])
	return initials
}
""",
            verdict=Verdict.SYNTAX,
            stage=Stage.PARSE,
            message="expected '}', found 'EOF'",
            line=6,
            column=2,
        ),
    ),
    reflection="Split leaves empty words between two spaces, and word[:1] of an empty word panics. Fields skips them.",
)

COLLATZ = GoSample(
    entry_point="CollatzSteps",
    signature="func CollatzSteps(n int) int {",
    description="Count the Collatz steps from n to 1; -1 where n is below 1.",
    example_check="assert.Equal(7, CollatzSteps(3))",
    hidden_checks=("assert.Equal(0, CollatzSteps(1))", "assert.Equal(-1, CollatzSteps(0))"),
    right="""func CollatzSteps(n int) int {
	if n < 1 {
		return -1
	}
	steps := 0
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
	}
	return steps
}
""",
    wrong=(
        WrongAnswer(
            text="""func CollatzSteps(n int) int {
	steps := 0
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
	}
	return steps
}
""",
            verdict=Verdict.TIMEOUT_RUN,
            stage=Stage.RUN,
            message="killed after 5 s of CPU time in TestCollatzSteps",
            line=3,
        ),
        WrongAnswer(
            text="""func CollatzSteps(n int) int {
	steps := 0
	for n > 1 {
		n = n / 2
		steps++
	}
	return step
}
""",
            verdict=Verdict.TYPE,
            stage=Stage.CHECK,
            message="undefined: step",
            line=7,
            column=9,
        ),
    ),
    reflection="For n = 0 the loop never reaches 1, because 0/2 is 0. The guard for n below 1 is missing.",
)

MEDIAN = GoSample(
    entry_point="MedianOf",
    signature="func MedianOf(values []float64) float64 {",
    description="Return the median; the mean of the middle two where their number is even.",
    example_check="assert.Equal(2.5, MedianOf([]float64{4, 1, 2, 3}))",
    hidden_checks=("assert.Equal(3.0, MedianOf([]float64{9, 3, 1}))",),
    imports=("sort",),
    right="""func MedianOf(values []float64) float64 {
	sorted := append([]float64{}, values...)
	sort.Float64s(sorted)
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
""",
    wrong=(
        WrongAnswer(
            text="""func MedianOf(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}
""",
            verdict=Verdict.ASSERTION,
            stage=Stage.RUN,
            message="TestMedianOf: not equal\n\texpected: 2.5\n\tactual  : 3",
        ),
        WrongAnswer(
            text="""func MedianOf(values []float64) float64 {
	sorted := slices.Sort(values)
	return sorted[len(sorted)/2]
}
""",
            verdict=Verdict.TYPE,
            stage=Stage.CHECK,
            message="slices.Sort(values) (no value) used as value",
            line=2,
            column=12,
        ),
    ),
    reflection="An even number of values has two middles and the code takes the upper one. Their mean is wanted.",
)

SAMPLES = (CLAMP, JOIN, COLLATZ, MEDIAN)
