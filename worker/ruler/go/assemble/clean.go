package assemble

import (
	"fmt"
	"go/token"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Rules 1 to 3 of docs/problem-sets.md: what stands around an answer is made blank, so that positions stay.

const (
	thoughtWords = `(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad|monologue|analysis|plan(?:ning)?|cot)`
	opensThought = `(?:<|&lt;)[\w:-]{0,24}?` + thoughtWords + `(?:\s[^<>\n]{0,60}[^<>\n/])?(?:>|&gt;)` +
		`|(?-i:\[(?:THINK(?:ING)?|REASONING)\])|◁think▷|<\|(?:begin|start)[_▁](?:of[_▁])?` + thoughtWords + `\|>` +
		`|<\|` + thoughtWords + `(?:[_▁](?:begin|start))?\|>|<\|channel>|<unused94>`
	closesThought = `(?:<|&lt;)/[\w:-]{0,24}?` + thoughtWords + `\s*(?:>|&gt;)` +
		`|(?-i:\[/(?:THINK(?:ING)?|REASONING)\])|◁/think▷|<\|end[_▁](?:of[_▁])?` + thoughtWords + `\|>` +
		`|<\|(?:/` + thoughtWords + `|` + thoughtWords + `[_▁]end)\|>|<channel\|>|<unused95>`
)

var (
	thoughtTag = regexp.MustCompile(`(?i)(` + opensThought + `)|(` + closesThought + `)`)
	channel    = regexp.MustCompile(`<\|channel\|>\s*(\w+)[^<\n]*(?:<\|constrain\|>[^<\n]*)?<\|message\|>|<\|im_start\|>(think|answer)\b`)
	endToken   = regexp.MustCompile(`<\|(?:im_end|endoftext|end_of_text|eot_id|eom_id|end|return|user|EOT)\|>|</s>|<eos>|` +
		`<end_of_turn>|<EOT>|<｜(?:end▁of▁sentence|User)｜>|\[EOS\]|\[DONE\]|<\|?(?:repo_?name|file_(?:sep|separator))\|?>`)
	specialToken = regexp.MustCompile(`(?s:\[INST\].{0,1000}?\[/INST\])|(?:<\|(?:im_start|start)\|>|<start_of_turn>)(?:assistant|model)\b|` +
		`<\|start_header_id\|>\w*<\|end_header_id\|>|<\|[^|<>\n]{0,40}\|>|<｜[^｜<>\n]{0,40}｜>|</?s>|<(?:bos|eos|pad|unk|EOT|PRE|SUF|MID)>|` +
		`<(?:start|end)_of_turn>|<fim_(?:prefix|suffix|middle|pad)>|\[/?INST\]|\[EOS\]|\[(?:BEGIN|DONE)\]|` +
		`</?(?:answer|solution|output)>|</?(?:pre|code)(?:\s[^<>\n]{0,80})?>|` +
		`<!\[CDATA\[|(?m:^[ \t]*\]\]>)|\[TOOL_CALLS\]`)
	leadIn       = regexp.MustCompile(`(?i)^\s*[*#]*\s*(?:assistant|answer|solution|response|output|code|a)[*]*:[*]*[ \t]*`)
	cutToken     = regexp.MustCompile(`<(?:\|[\w▁]{0,30}\|?|/s?|｜[^｜\n]{0,40})?\s*$`)
	escapedFence = regexp.MustCompile("(?:\\\\`){3,}|(?:\\\\~){3,}")
	quote        = regexp.MustCompile(`(?m)^[ \t]*(?:>[ \t]?)+`)
)

// byteOrderMark may not stand within a Go file, wherever that is.
const byteOrderMark = "\uFEFF"

// clean makes blank what is no answer in a text that is not Go as a whole.
func (a *assembler) clean() {
	if !strings.Contains(a.text, "\n") {
		a.text = strings.ReplaceAll(a.text, "\r", "\n") // lines that end as they once did on a Macintosh
	}
	a.plainBlanks()
	a.unquote()
	a.unescapeFences()
	a.dropThoughts()
	a.dropAfterEnd()
	for _, mark := range a.visible(specialToken) {
		a.drop("special token", "", window{mark[0], mark[1]})
	}
	if cut := cutToken.FindStringIndex(a.text); cut != nil && strings.TrimSpace(a.text[cut[0]:]) != "" {
		a.drop("special token", "", window{cut[0], cut[1]})
	}
	if lead := leadIn.FindString(a.text); lead != "" && isCodeLine(a.text[len(lead):]) {
		a.drop("text", "", window{0, len(lead)})
	}
	for at := strings.Index(a.text, byteOrderMark); at >= 0; at = strings.Index(a.text, byteOrderMark) {
		mark := window{at, at + len(byteOrderMark)}
		a.dropped("byte order mark", "U+FEFF", mark)
		a.text = blanked(a.text, mark)
	}
	a.unescape()
}

// otherBlanks are white space to a reader, and no sign of Go outside of its literals.
var otherBlanks = regexp.MustCompile("[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\\x0b\\x0c]+")

// plainBlanks makes white space that Go does not know plain, as it comes with text that was copied from a page.
func (a *assembler) plainBlanks() {
	marks := a.visible(otherBlanks)
	if len(marks) == 0 {
		return
	}
	first, _ := utf8.DecodeRuneInString(a.text[marks[0][0]:])
	a.dropped("white space", fmt.Sprintf("U+%04X", first), window{marks[0][0], marks[0][1]})
	var out strings.Builder
	at := 0
	for _, m := range marks {
		out.WriteString(a.text[at:m[0]] + strings.Repeat(" ", m[1]-m[0]))
		at = m[1]
	}
	a.text = out.String() + a.text[at:]
}

// unescapeFences makes fences of those whose marks each have a backslash before them, as in text that was escaped once
// too often. No line of Go holds such a row outside of its literals.
func (a *assembler) unescapeFences() {
	for _, m := range a.visible(escapedFence) {
		marks := strings.ReplaceAll(a.text[m[0]:m[1]], `\`, "")
		a.text = a.text[:m[0]] + strings.Repeat(" ", len(marks)) + marks + a.text[m[1]:]
	}
}

// drop makes a span blank and records it, by its beginning unless another name is given.
func (a *assembler) drop(what, name string, w window) {
	if strings.TrimSpace(a.text[w.start:w.end]) == "" {
		return
	}
	a.dropped(what, name, w)
	a.text = blanked(a.text, w)
}

// visible finds marks that no code speaks of: outside of its literals, and of blocks that are Go as they are.
func (a *assembler) visible(mark *regexp.Regexp) (found [][]int) {
	var whole []block
	for _, m := range mark.FindAllStringSubmatchIndex(a.text, -1) {
		if whole == nil {
			whole = append(blocksOf(a.text, a.codeAhead()), block{})
		}
		if !quoted(a.text, m[0], m[1]) && !a.withinGo(whole, m[0]) {
			found = append(found, m)
		}
	}
	return found
}

func (a *assembler) withinGo(blocks []block, at int) bool {
	for _, b := range blocks {
		if b.fenced && b.start <= at && at < b.end {
			return a.defines(a.text[b.start:b.end])
		}
	}
	return false
}

// dropThoughts drops what a model thought aloud before it answered. A thought without its beginning began in the
// prompt; one without an end was cut off, and with it the answer.
func (a *assembler) dropThoughts() {
	if strings.HasPrefix(strings.TrimSpace(a.text), "analysis") {
		// A tokenizer that leaves out special tokens leaves the channels' names.
		if at := strings.LastIndex(a.text, "assistantfinal"); at >= 0 {
			a.drop("thought", "", window{0, at + len("assistantfinal")})
		}
	}
	a.dropChannels()
	open := -1
	var thoughts []window
	for _, m := range a.visible(thoughtTag) {
		switch opens := m[2] >= 0; {
		case opens && open < 0:
			open = m[0]
		case !opens && open < 0:
			thoughts = []window{{0, m[1]}}
		case !opens:
			thoughts, open = append(thoughts, window{open, m[1]}), -1
		}
	}
	for _, thought := range thoughts {
		a.drop("thought", "", thought)
	}
	a.dropUnfinished(open)
}

func (a *assembler) dropUnfinished(open int) {
	if open < 0 {
		return
	}
	a.note("A thought is never closed: the answer was cut off.")
	a.drop("thought", "", window{open, len(a.text)})
}

// dropChannels drops all before the last final channel; without one, all from the first other channel on.
func (a *assembler) dropChannels() {
	final, other := -1, -1
	for _, m := range a.visible(channel) {
		if name := a.text[max(m[2], m[4]):max(m[3], m[5])]; name == "final" || name == "answer" {
			final = m[1]
		} else if other < 0 {
			other = m[0]
		}
	}
	if final >= 0 {
		a.drop("thought", "", window{0, final})
	} else {
		a.dropUnfinished(other)
	}
}

// dropAfterEnd drops what a model wrote after it had said that it was done.
func (a *assembler) dropAfterEnd() {
	for _, m := range a.visible(endToken) {
		if strings.Contains(a.text[:m[0]], "}") {
			a.drop("special token", "", window{m[0], m[1]})
			a.drop("text after the end", "", window{m[1], len(a.text)})
			return
		}
	}
}

// unquote takes the marks off a quoted answer: lines that all begin with >, with a fence or a declaration in them.
func (a *assembler) unquote() {
	lines := strings.SplitAfter(a.text, "\n")
	for at, i := 0, 0; i < len(lines); i++ {
		start, end := at, at
		for ; i < len(lines) && quote.MatchString(lines[i]); i++ {
			end += len(lines[i])
		}
		if i < len(lines) {
			at = end + len(lines[i])
		}
		plain := quote.ReplaceAllStringFunc(a.text[start:end], func(mark string) string { return strings.Repeat(" ", len(mark)) })
		if strings.Contains(plain, "```") || strings.Contains(plain, "~~~") || isCodeLine(plain) {
			at := start + strings.Index(a.text[start:end], ">")
			a.dropped("quote marks", ">", window{at, at + 1})
			a.text = a.text[:start] + plain + a.text[end:]
		}
	}
}

// invisible are the signs of no width that get into code with copied text; Go knows none of them outside of literals.
const invisible = "\u200B\u200C\u200D\u2060\u00AD" +
	"\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069" // of the direction in which text runs

// withoutInvisible makes signs of no width blank, except in literals and comments.
func (a *assembler) withoutInvisible(w window) {
	if !strings.ContainsAny(a.text[w.start:w.end], invisible) || parsesCode(a.text[w.start:w.end]) {
		return
	}
	for _, l := range lex(a.text[w.start:w.end]) {
		if l.kind == token.ILLEGAL && strings.ContainsAny(l.text, invisible) {
			sign := window{w.start + l.offset, w.start + l.end}
			r, _ := utf8.DecodeRuneInString(strings.TrimLeft(l.text, " "))
			a.dropped("invisible sign", fmt.Sprintf("U+%04X", r), sign)
			a.text = blanked(a.text, sign)
		}
	}
}
