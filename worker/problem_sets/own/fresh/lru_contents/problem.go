package lrucontents

import "slices"

// LRUContents returns what a cache holds after the given accesses, the most recently used key first. The cache has
// room for capacity keys (at least 1). An access to a new key stores it, and if there is no room the key whose last
// access is the longest ago is dropped.
//
// LRUContents(2, []string{"a", "b", "a", "c"}) = [c a]
// LRUContents(3, []string{"x", "x"}) = [x]
func LRUContents(capacity int, accesses []string) []string {
	cache := []string{}
	for _, key := range accesses {
		if at := slices.Index(cache, key); at >= 0 {
			cache = slices.Delete(cache, at, at+1)
		}
		cache = slices.Insert(cache, 0, key)
		cache = cache[:min(len(cache), capacity)]
	}
	return cache
}
