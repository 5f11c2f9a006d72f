package autokeyencrypt

// AutokeyEncrypt enciphers text with the autokey cipher. The i-th letter of text is moved forward in the alphabet by
// the i-th letter of key followed by text itself, where a moves by 0, b by 1 and so on; after z comes a again.
// Both strings hold only the letters a to z.
//
// AutokeyEncrypt("attack", "lemon") = "lxfopk"
// AutokeyEncrypt("bbb", "c") = "dcc"
func AutokeyEncrypt(text, key string) string {
	moves := key + text
	secret := make([]byte, len(text))
	for i := range secret {
		letter := text[i] - 'a'
		move := moves[i] - 'a'
		secret[i] = 'a' + (letter+move)%26
	}
	return string(secret)
}
