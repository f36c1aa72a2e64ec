package compiler_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// nexRow is one result of a query.
type nexRow struct {
	t    int64
	n    int    // the event in whose step it comes, or atTimer
	key  string // orders the timers of one instant
	tag  string
	data string
}

const atTimer = math.MaxInt // after all events of the instant

// nexQueries are the computations that the rules are held to: loops over all
// events that share nothing with the machine.
var nexQueries = map[string]func(es []nexEvent, until int64) []nexRow{
	"q0": eachBid(func(b *bid) (string, string) {
		return "/q0", row("auction", b.auction, "bidder", b.bidder, "price", b.price, "dateTime", b.when, "extra", b.extra)
	}),
	"q1": eachBid(func(b *bid) (string, string) {
		return "/q1", row("auction", b.auction, "bidder", b.bidder, "price", 0.908*float64(b.price), "dateTime", b.when, "extra", b.extra)
	}),
	"q2": eachBid(func(b *bid) (string, string) {
		if b.auction%123 != 0 {
			return "", ""
		}
		return "/q2", row("auction", b.auction, "price", b.price)
	}),
	"q11": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for i, e := range es { // the first bid of each session
			if e.bid == nil || slices.ContainsFunc(es[:i], func(o nexEvent) bool {
				return o.bid != nil && o.bid.bidder == e.bid.bidder && e.t-o.t <= 10*sec
			}) {
				continue
			}
			n, last := 0, e.t
			for _, o := range es[i:] {
				if o.bid != nil && o.bid.bidder == e.bid.bidder && o.t-last <= 10*sec {
					n++
					last = o.t
				}
			}
			bidder := fmt.Sprint(e.bid.bidder)
			out = append(out, nexRow{last + 10*sec, atTimer, bidder, "/q11/" + bidder,
				row("bids", n, "start", e.bid.when, "end", instant(last+10*sec))})
		}
		return out
	},
	"q14": eachBid(func(b *bid) (string, string) {
		euro := 0.908 * float64(b.price)
		if euro <= 1_000_000 || euro >= 50_000_000 {
			return "", ""
		}
		kind := "otherTime"
		switch h := b.time().Hour(); {
		case h >= 8 && h <= 18:
			kind = "dayTime"
		case h <= 6 || h >= 20:
			kind = "nightTime"
		}
		return "/q14", row("auction", b.auction, "bidder", b.bidder, "price", euro, "bidTimeType", kind,
			"dateTime", b.when, "extra", b.extra, "c_counts", strings.Count(b.extra, "c"))
	}),
	"q17": sofar(func(b, o *bid) bool { return b.auction == o.auction }, func(day string, b *bid, bids []*bid) (string, string) {
		r1, r2, r3 := ranks(bids)
		lo, hi, sum := bids[0].price, bids[0].price, int64(0)
		for _, o := range bids {
			lo, hi, sum = min(lo, o.price), max(hi, o.price), sum+o.price
		}
		return fmt.Sprintf("/q17/%d", b.auction), row("day", day, "total_bids", len(bids), "rank1_bids", len(r1), "rank2_bids", len(r2), "rank3_bids", len(r3),
			"min_price", lo, "max_price", hi, "avg_price", float64(sum)/float64(len(bids)), "sum_price", sum)
	}),
	"q18": eachBid(func(b *bid) (string, string) {
		return fmt.Sprintf("/q18/%d/%d", b.auction, b.bidder), b.row()
	}),
	"q21": eachBid(func(b *bid) (string, string) {
		_, after, ok := strings.Cut(b.url, "&channel_id=")
		var id string
		switch strings.ToLower(b.channel) {
		case "apple":
			id = "0"
		case "google":
			id = "1"
		case "facebook":
			id = "2"
		case "baidu":
			id = "3"
		default:
			if !ok {
				return "", ""
			}
			id, _, _ = strings.Cut(after, "&")
		}
		return "/q21", row("auction", b.auction, "bidder", b.bidder, "price", b.price, "channel", b.channel, "channel_id", id)
	}),
	"q22": eachBid(func(b *bid) (string, string) {
		var dirs [3]any // nil where the path is shorter
		for i, part := range strings.Split(b.url, "/") {
			if i >= 3 && i < 6 {
				dirs[i-3] = part
			}
		}
		return "/q22", row("auction", b.auction, "bidder", b.bidder, "price", b.price, "channel", b.channel, "dir1", dirs[0], "dir2", dirs[1], "dir3", dirs[2])
	}),
	"q4": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		sold := auctionsOver(es, until)
		for i, s := range sold {
			var sum, n int64
			for _, o := range sold[:i+1] {
				if o.auction.category == s.auction.category {
					sum, n = sum+o.top.price, n+1
				}
			}
			out = append(out, nexRow{s.t, atTimer, fmt.Sprint(s.auction.id), fmt.Sprintf("/q4/%d", s.auction.category), row("avg", float64(sum)/float64(n))})
		}
		return out
	},
	"q6": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		sold := auctionsOver(es, until)
		for i, s := range sold {
			var prices []int64
			for _, o := range sold[:i+1] {
				if o.auction.seller == s.auction.seller {
					prices = append(prices, o.top.price)
				}
			}
			var sum int64
			prices = prices[max(len(prices)-10, 0):]
			for _, p := range prices {
				sum += p
			}
			out = append(out, nexRow{s.t, atTimer, fmt.Sprint(s.auction.id), fmt.Sprintf("/q6/%d", s.auction.seller), row("avg", float64(sum)/float64(len(prices)))})
		}
		return out
	},
	"q9": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for _, s := range auctionsOver(es, until) {
			a := s.auction
			out = append(out, nexRow{s.t, atTimer, fmt.Sprint(a.id), fmt.Sprintf("/q9/%d", a.id),
				row("itemName", a.itemName, "seller", a.seller, "category", a.category, "bidder", s.top.bidder, "price", s.top.price, "dateTime", s.top.when)})
		}
		return out
	},
	"q15": sofar(func(b, o *bid) bool { return true }, func(day string, b *bid, bids []*bid) (string, string) {
		return "/q15", row(append([]any{"day", day}, distinctRows(bids)...)...)
	}),
	"q16": sofar(func(b, o *bid) bool { return b.channel == o.channel }, func(day string, b *bid, bids []*bid) (string, string) {
		return "/q16", row(append([]any{"channel", b.channel, "day", day, "minute", b.time().Format("15:04")}, distinctRows(bids)...)...)
	}),
	"q7": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for end := nexStart; end <= until; end += 10 * sec {
			var top *bid
			for _, e := range es {
				if e.bid != nil && e.t >= end-10*sec && e.t < end && (top == nil || e.bid.price > top.price) {
					top = e.bid
				}
			}
			if top != nil {
				out = append(out, nexRow{end, atTimer, "", "/q7", row("auction", top.auction, "bidder", top.bidder, "price", top.price)})
			}
		}
		return out
	},
	"q12": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for end := nexStart; end <= until; end += 10 * sec {
			bids := map[int64]int{}
			dot := map[int64]int{} // the bidder's first bid at the very end, in whose step it is said
			for i, e := range es {
				if e.bid == nil {
					continue
				}
				if e.t >= end-10*sec && e.t < end {
					bids[e.bid.bidder]++
				}
				if _, ok := dot[e.bid.bidder]; e.t == end && !ok {
					dot[e.bid.bidder] = i
				}
			}
			for b, n := range bids {
				r := nexRow{end, atTimer, fmt.Sprint(b), fmt.Sprintf("/q12/%d", b), row("bids", n, "end", instant(end))}
				if i, ok := dot[b]; ok {
					r.n = i
				}
				out = append(out, r)
			}
		}
		return out
	},
	"q13": eachBid(func(b *bid) (string, string) {
		if b.auction%2 != 0 || b.auction > 1160 { // what side.csv holds
			return "", ""
		}
		return "/q13", row("auction", b.auction, "bidder", b.bidder, "price", b.price, "dateTime", b.when, "value", fmt.Sprintf("side-%d", b.auction))
	}),
	"q3": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for i, e := range es {
			if e.auction == nil || e.auction.category != 10 {
				continue
			}
			for _, o := range es[:i] {
				if p := o.person; p != nil && p.id == e.auction.seller && slices.Contains([]string{"OR", "ID", "CA"}, p.state) {
					out = append(out, nexRow{e.t, i, "", "/q3", row("name", p.name, "city", p.city, "state", p.state, "id", e.auction.id)})
				}
			}
		}
		return out
	},
	"q8": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for i, e := range es {
			pane := e.t / (10 * sec)
			var who int64
			switch {
			case e.person != nil:
				who = e.person.id
			case e.auction != nil:
				who = e.auction.seller
			default:
				continue
			}
			var before, now [2]bool // person, auction: known in this pane without this event, and with it
			var p *person
			for j, o := range es[:i+1] {
				if o.t/(10*sec) != pane {
					continue
				}
				for k, is := range []bool{o.person != nil && o.person.id == who, o.auction != nil && o.auction.seller == who} {
					if is {
						now[k] = true
						before[k] = before[k] || j < i
					}
				}
				if o.person != nil && o.person.id == who {
					p = o.person
				}
			}
			if now == [2]bool{true, true} && before != now {
				out = append(out, nexRow{e.t, i, "", "/q8", row("id", who, "name", p.name)})
			}
		}
		return out
	},
	"q20": func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for i, e := range es {
			if e.bid == nil {
				continue
			}
			for _, o := range es[:i] {
				if a := o.auction; a != nil && a.id == e.bid.auction && a.category == 10 {
					b := e.bid
					out = append(out, nexRow{e.t, i, "", "/q20", row("auction", b.auction, "bidder", b.bidder, "price", b.price, "channel", b.channel, "url", b.url,
						"dateTime", b.when, "extra", b.extra, "itemName", a.itemName, "description", a.description, "initialBid", a.initialBid, "reserve", a.reserve,
						"expires", instant(a.expires), "seller", a.seller, "category", a.category)})
				}
			}
		}
		return out
	},
}

// eachBid is a query of which each bid is a result of its own, or none.
func eachBid(f func(b *bid) (tag, data string)) func([]nexEvent, int64) []nexRow {
	return func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for i, e := range es {
			if e.bid == nil {
				continue
			}
			if tag, data := f(e.bid); tag != "" {
				out = append(out, nexRow{e.t, i, "", tag, data})
			}
		}
		return out
	}
}

// sofar is a query that says with each bid what is known of its day and group by then.
func sofar(group func(a, b *bid) bool, f func(day string, b *bid, bids []*bid) (tag, data string)) func([]nexEvent, int64) []nexRow {
	return func(es []nexEvent, until int64) []nexRow {
		var out []nexRow
		for i, e := range es {
			if e.bid == nil {
				continue
			}
			day := e.bid.when[:len("2006-01-02")]
			var bids []*bid
			for _, o := range es[:i+1] {
				if o.bid != nil && group(e.bid, o.bid) && strings.HasPrefix(o.bid.when, day) {
					bids = append(bids, o.bid)
				}
			}
			tag, data := f(day, e.bid, bids)
			out = append(out, nexRow{e.t, i, "", tag, data})
		}
		return out
	}
}

func ranks(bids []*bid) (low, middle, high []*bid) {
	for _, b := range bids {
		switch {
		case b.price < 10_000:
			low = append(low, b)
		case b.price < 1_000_000:
			middle = append(middle, b)
		default:
			high = append(high, b)
		}
	}
	return
}

func (b *bid) time() time.Time {
	t, err := time.Parse(time.RFC3339Nano, b.when)
	if err != nil {
		panic(err)
	}
	return t
}

func (b *bid) row() string {
	return row("auction", b.auction, "bidder", b.bidder, "price", b.price, "channel", b.channel, "url", b.url, "dateTime", b.when, "extra", b.extra)
}

// row is a JSON object of names and values.
func row(kv ...any) string {
	var b strings.Builder
	for i := 0; i < len(kv); i += 2 {
		s, err := json.Marshal(kv[i+1])
		if f, ok := kv[i+1].(float64); ok {
			if s = strconv.AppendFloat(nil, f, 'f', -1, 64); f == math.Trunc(f) {
				s = append(s, ".0"...)
			}
		} else if err != nil {
			panic(err)
		}
		fmt.Fprintf(&b, ",%q:%s", kv[i], s)
	}
	return "{" + strings.ReplaceAll(b.String()[1:], `\u0026`, "&") + "}"
}

// sale is an auction that has ended with a bid.
type sale struct {
	t       int64
	auction *auction
	top     *bid
}

// auctionsOver are the auctions that end by then with their highest bids, the
// first of equal ones, in order of their ends and then of their ids as text.
// A bid counts from the auction's event on, until its end, which is included:
// so the result is known just after it.
func auctionsOver(es []nexEvent, until int64) []sale {
	var out []sale
	for i, e := range es {
		if e.auction == nil {
			continue
		}
		o := sale{e.auction.expires + 1, e.auction, nil}
		for _, x := range es[i:] {
			if b := x.bid; b != nil && b.auction == e.auction.id && x.t <= e.auction.expires && (o.top == nil || b.price > o.top.price) {
				o.top = b
			}
		}
		if o.top != nil && o.t <= until {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b sale) int {
		return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(fmt.Sprint(a.auction.id), fmt.Sprint(b.auction.id)))
	})
	return out
}

// distinctRows are the bids, bidders and auctions of all bids and of each rank.
func distinctRows(bids []*bid) []any {
	r1, r2, r3 := ranks(bids)
	var out []any
	for _, of := range []struct {
		name string
		key  func(b *bid) any
	}{{"bids", func(b *bid) any { return b }}, {"bidders", func(b *bid) any { return b.bidder }}, {"auctions", func(b *bid) any { return b.auction }}} {
		for i, bs := range [][]*bid{bids, r1, r2, r3} {
			set := map[any]bool{}
			for _, b := range bs {
				set[of.key(b)] = true
			}
			out = append(out, []string{"total_", "rank1_", "rank2_", "rank3_"}[i]+of.name, len(set))
		}
	}
	return out
}
