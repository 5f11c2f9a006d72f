package cell

import (
	"fmt"
	"net"
	"os"
)

// Facts says, a sentence each, what isolates programs here; it looks rather than trusts what was asked for.
func Facts(users Users, confined bool) []string {
	if !confined {
		return []string{"No isolation: programs run as this user, on this machine's files."}
	}
	facts := []string{
		fmt.Sprintf("Own process, mount, network, IPC and host-name namespaces (first process: %v).", os.Getpid() == 1),
		files(), network(), user(users),
		"A seccomp filter allows no processes, signals to others, mounts or tracing, and no sockets but TCP and UDP.",
		"CPU time, memory, files, output and threads are limited by rlimits; no cgroup is needed.",
	}
	return facts
}

func files() string {
	entries, err := os.ReadDir("/")
	if err != nil {
		return "The root cannot be read: " + err.Error() + "."
	}
	names := ""
	for _, entry := range entries {
		names += " /" + entry.Name()
	}
	return "The sandbox's root holds only" + names + "; a candidate sees only a small read-only one, with a folder of 32 MiB to write to."
}

func network() string {
	interfaces, _ := net.Interfaces()
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 {
			return "A network interface is up: " + i.Name + "."
		}
	}
	return "No network interface is up but loopback, which each core's programs have for themselves."
}

func user(users Users) string {
	if users.Candidates >= 0 {
		return fmt.Sprintf("Programs run as user %d, the compiler as %d, without capabilities.", users.Candidates, users.Tools)
	}
	return "A user namespace: programs run as this user, without capabilities."
}
