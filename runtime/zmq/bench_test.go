package zmq

import (
	"context"
	"testing"
)

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Messages of 100 bytes from one Push into a Pull, flat out.
func BenchmarkPushToPull(b *testing.B) {
	ctx := context.Background()
	pull := listenPull(b, Options{})
	push := must(DialPush(pull.Endpoint(), Options{}))(b)
	defer push.Close()
	body := make([]byte, 100)
	b.SetBytes(100)
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		for range b.N {
			push.Send(ctx, body)
		}
	}()
	for n := 0; n < b.N; {
		ms, err := pull.Recv(ctx)
		if err != nil {
			b.Fatal(err)
		}
		n += len(ms)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

// Actions of two frames from a Pub to ten subscribers, as fast as the
// slowest takes them; msg/s counts deliveries.
func BenchmarkPubToSubs(b *testing.B) {
	const subs = 10
	ctx := context.Background()
	pub := listenPub(b, Options{})
	done := make(chan error, subs)
	for range subs {
		s := must(DialSub(pub.Endpoint(), Options{}, "/a/"))(b)
		defer s.Close()
		go func() {
			for range b.N {
				if _, err := s.Recv(ctx); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	waitFor(b, func() bool { return pub.Subscribers() == subs })
	tag, body := []byte("/a/tag"), make([]byte, 100)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		pub.Send(tag, body)
		if i%10_000 == 9_999 {
			pub.Flush(ctx)
		}
	}
	for range subs {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(subs*float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	if n := pub.Stats().MessagesDropped; n > 0 {
		b.Errorf("%d dropped", n)
	}
}

// One message there, one back, on an idle bus: Push to Pull, Pub to Sub.
func BenchmarkRoundTrip(b *testing.B) {
	ctx := context.Background()
	pull, pub := listenPull(b, Options{}), listenPub(b, Options{})
	push := must(DialPush(pull.Endpoint(), Options{}))(b)
	defer push.Close()
	sub := must(DialSub(pub.Endpoint(), Options{}))(b)
	defer sub.Close()
	waitFor(b, func() bool { return pub.Subscribers() == 1 })
	go func() {
		for {
			ms, err := pull.Recv(ctx)
			if err != nil {
				return
			}
			for _, m := range ms {
				pub.Send(m.Frames...)
			}
		}
	}()
	body := make([]byte, 100)
	b.ResetTimer()
	for range b.N {
		push.Send(ctx, body)
		if _, err := sub.Recv(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
