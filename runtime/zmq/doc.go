// Package zmq is the ZeroMQ bus.
package zmq
