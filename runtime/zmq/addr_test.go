package zmq

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseAddr(t *testing.T) {
	for _, tt := range []struct {
		in, network, hostport string
		loopback              bool
		err                   string
	}{
		{in: "tcp://127.0.0.1:2001", network: "tcp", hostport: "127.0.0.1:2001", loopback: true},
		{in: "tcp://127.9.9.9:0", network: "tcp", hostport: "127.9.9.9:0", loopback: true},
		{in: "tcp://127.0.0.1:*", network: "tcp", hostport: "127.0.0.1:0", loopback: true},
		{in: "tcp://[::1]:2001", network: "tcp", hostport: "[::1]:2001", loopback: true},
		{in: "tcp://[::ffff:127.0.0.1]:2001", network: "tcp", hostport: "127.0.0.1:2001", loopback: true},
		{in: "tcp://localhost:2001", network: "tcp", hostport: "127.0.0.1:2001", loopback: true},
		{in: "ipc:///run/eda.sock", network: "unix", hostport: "/run/eda.sock", loopback: true},
		{in: "tcp://0.0.0.0:2001", network: "tcp", hostport: "0.0.0.0:2001"},
		{in: "tcp://[::]:2001", network: "tcp", hostport: "[::]:2001"},
		{in: "tcp://[::ffff:0.0.0.0]:2001", network: "tcp", hostport: "0.0.0.0:2001"},
		{in: "tcp://*:2001", network: "tcp", hostport: ":2001"},
		{in: "tcp://:2001", network: "tcp", hostport: ":2001"},
		{in: "tcp://10.0.0.7:2001", network: "tcp", hostport: "10.0.0.7:2001"},
		{in: "tcp://192.0.2.1:2001", network: "tcp", hostport: "192.0.2.1:2001"},
		{in: "tcp://[fe80::1]:2001", network: "tcp", hostport: "[fe80::1]:2001"},
		{in: "127.0.0.1:2001", err: "has no transport"},
		{in: "", err: "has no transport"},
		{in: "udp://127.0.0.1:2001", err: `transport "udp" is not supported`},
		{in: "inproc://x", err: `transport "inproc" is not supported`},
		{in: "tcp://127.0.0.1", err: "is not host:port"},
		{in: "tcp://::1:2001", err: "is not host:port"},
		{in: "tcp://127.0.0.1:http", err: "is not a number"},
		{in: "tcp://127.0.0.1:65536", err: "is not a number"},
		{in: "tcp://127.0.0.1:-1", err: "is not a number"},
		{in: "tcp://name.invalid:2001", err: "cannot resolve"},
		{in: "ipc://", err: "names no file"},
		{in: "ipc://@abstract", err: "names no file"},
	} {
		network, hostport, loopback, err := ParseAddr(tt.in)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q: error %v, want %q", tt.in, err, tt.err)
			}
			continue
		}
		if err != nil || network != tt.network || hostport != tt.hostport || loopback != tt.loopback {
			t.Errorf("%q: %s %s loopback %t, %v", tt.in, network, hostport, loopback, err)
		}
		var not *NotLoopbackError
		if err := CheckLoopback(tt.in); (err == nil) != tt.loopback || err != nil && !errors.As(err, &not) {
			t.Errorf("CheckLoopback(%q): %v", tt.in, err)
		}
	}
}

func TestListenRefusesOtherMachinesUnlessInsecure(t *testing.T) {
	var not *NotLoopbackError
	if _, err := ListenPull("tcp://0.0.0.0:0", Options{}); !errors.As(err, &not) {
		t.Errorf("PULL: %v", err)
	}
	if _, err := ListenPub("tcp://*:0", Options{}); !errors.As(err, &not) {
		t.Errorf("PUB: %v", err)
	}
	pull, err := ListenPull("tcp://0.0.0.0:0", Options{Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	pull.Close()
	if _, err := ListenPull("tcp://127.0.0.1", Options{}); err == nil {
		t.Error("an address without port is bound")
	}
}

func TestIPC(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	left, err := net.Listen("unix", path) // as a killed process leaves it
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	left.Close()

	pull, err := ListenPull("ipc://"+path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	honestPush(t, pull)
	if _, err := ListenPull("ipc://"+path, Options{}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("second listener: %v", err)
	}
	pull.Close()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ListenPull("ipc://"+path, Options{}); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("over a file: %v", err)
	}
}
