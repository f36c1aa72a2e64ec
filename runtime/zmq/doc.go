// Package zmq is the ZeroMQ bus: a bound [Pull] takes events in, a bound
// [Pub] sends actions out, and [Push] and [Sub] are their clients. It moves
// messages, one to MaxFrames frames of bytes, and knows nothing of rules.
//
//	pull, err := zmq.ListenPull("tcp://127.0.0.1:2001", zmq.Options{Log: log})
//	for {
//		batch, err := pull.Recv(ctx)
//		...
//	}
//
// The wire is ZMTP 3 (RFC 23/ZMTP 3.0; the commands PING, PONG, SUBSCRIBE,
// CANCEL and ERROR of RFC 37/ZMTP 3.1 are understood) over TCP or, for
// processes of one machine, Unix sockets (ipc). libzmq 4 and all its bindings
// talk to it. The security mechanism is NULL, which is none; therefore
// listeners bind loopback addresses only, unless told otherwise.
//
// # What holds
//
//   - No peer can end this process, make it allocate more than MaxFrame by
//     announcing a frame, or stop others that are connected. Peers together
//     can take all MaxConns places, as long as nothing authenticates them;
//     silent ones cannot, for the oldest unfinished handshake makes way. What
//     was refused, dropped or cut is counted by [Stats] and logged at a
//     bounded rate.
//   - PULL and PUSH lose nothing while a connection stands: a full queue
//     makes Send wait, an unread PULL leaves its peers waiting.
//   - PUB never waits. Each subscriber has a queue of its own; a message that
//     does not fit is dropped for that subscriber, whole and counted, and a
//     subscriber that takes no byte for Limits.Stall is cut.
//   - Close sends what is queued, for up to Options.Linger, and reports what
//     it could not send. It also waits, within Linger, for peers to close
//     their end, because closing at once may destroy what they have not read;
//     a peer that reads nothing thus costs the whole of Linger.
//   - A connection that breaks may lose what the kernel had taken. ZeroMQ has
//     no acknowledgement; who needs one numbers messages above the bus.
//
// Frames given to Send are copied. Frames received are freshly allocated and
// the receiver's own. Errors of peers never come out of Recv or Send. All
// methods may be called from several goroutines, except where said.
//
// # How it is built, and why
//
// Framing is that of github.com/go-zeromq/zmq4, through zmq4.Open and the
// Conn's SendMsg and RecvMsg; its sockets, transports and handshake are not
// used. Measured as released (v0.17.0), they let one unauthenticated packet
// end the process, one silent connection stop all accepts, and one stuck
// subscriber stop all publishing; PUSH copies to every peer, or to none and
// returns nil; PUB shares one queue and throws it away on Close; each Send
// and Recv costs up to 20 allocations. A guarded transport under its sockets
// cures the first two and leaves the rest. Sockets of our own on zmq4's
// connections cure all of it, are shorter than the workarounds, and receive
// five times as fast. What is left of zmq4 is what it does well, and one
// file, conn.go, knows it.
//
// So a connection has three layers. The listener accepts and shakes hands,
// each handshake on its own goroutine with a deadline. The conn, a net.Conn,
// stands between network and zmq4: it feeds zmq4 a greeting from memory,
// shows it no frame before its header is within the limits and no command at
// all, and collects what it encodes. The sockets queue and hand over batches.
//
// A message leaves an idle connection at once; while a write is under way the
// next ones gather and go out together. There is no timer and no option for
// it: batches form just when they help.
//
// A security mechanism is a value (see mechanism in handshake.go) that the
// handshake runs after the greetings. One that seals frames will do so in
// conn, below zmq4, which cannot: it writes the plain length first.
package zmq
