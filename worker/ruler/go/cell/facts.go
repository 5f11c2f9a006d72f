package cell

import (
	"fmt"
	"net"
	"os"
)

// Facts says, a sentence each, what isolates programs here; it looks rather than trusts what was asked for.
func Facts(owner int, confined bool) []string {
	if !confined {
		return []string{"No isolation: programs run as this user, on this machine's files."}
	}
	facts := []string{
		fmt.Sprintf("Own process, mount, network, IPC and host-name namespaces (first process: %v).", os.Getpid() == 1),
		files(), network(), user(owner),
		"A seccomp filter allows no sockets, processes, signals to others, mounts or tracing.",
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
	return "The sandbox's root holds only" + names + "; a candidate sees only an empty folder of 16 MiB in place of it."
}

func network() string {
	interfaces, _ := net.Interfaces()
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 {
			return "A network interface is up: " + i.Name + "."
		}
	}
	return "No network interface is up, not even loopback."
}

func user(owner int) string {
	if owner >= 0 {
		return fmt.Sprintf("Programs run as user %d, without capabilities.", owner)
	}
	return "A user namespace: programs run as this user, without capabilities."
}
