"""Go functions that many canonical solutions call; `with_helpers` adds those that a solution names."""

import re

_HELPERS = {
    "digitSum": """
func digitSum(n int) int {
	n = max(n, -n)
	sum := 0
	for ; n > 0; n /= 10 {
		sum += n % 10
	}
	return sum
}
""",
    "isPrime": """
func isPrime(n int) bool {
	for d := 2; d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return n > 1
}
""",
    "isSquare": """
func isSquare(n int) bool {
	root := 0
	for root*root < n {
		root++
	}
	return root*root == n
}
""",
    "reverseDigits": """
func reverseDigits(n int) int {
	reversed := 0
	for ; n > 0; n /= 10 {
		reversed = reversed*10 + n%10
	}
	return reversed
}
""",
    "gcd": """
func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
""",
    "countDivisors": """
func countDivisors(n int) int {
	count := 0
	for d := 1; d*d <= n; d++ {
		if n%d == 0 {
			count++
			if d*d < n {
				count++
			}
		}
	}
	return count
}
""",
    "sumOf": """
func sumOf(numbers []int) int {
	all := 0
	for _, number := range numbers {
		all += number
	}
	return all
}
""",
    "isVowel": """
func isVowel(c rune) bool {
	return strings.ContainsRune("aeiou", unicode.ToLower(c))
}
""",
    "reverseText": """
func reverseText(s string) string {
	reversed := ""
	for _, c := range s {
		reversed = string(c) + reversed
	}
	return reversed
}
""",
    "sortedKeys": """
func sortedKeys(counts map[string]int) []string {
	keys := []string{}
	for key := range counts {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
""",
}


def with_helpers(code: str) -> str:
    """`code` with the helpers that it calls and does not declare, those that helpers call included."""
    while True:
        missing = [
            text
            for name, text in _HELPERS.items()
            if re.search(rf"\b{name}\(", code) and f"func {name}(" not in code
        ]
        if not missing:
            return code
        code = "".join([code, *missing])
