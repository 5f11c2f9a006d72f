"""Twins: problems that mean the same under other names, words and constants, so that recall can be told from skill.

`making` makes and verifies them; `naming`, `wording` and `constants` are its parts; `reading` asks the Go program in
`go/` what a problem declares. The same seed gives the same bytes.
"""
