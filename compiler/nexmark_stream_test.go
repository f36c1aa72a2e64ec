package compiler_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// The events of NEXMark: people sell at auction and bid.

type person struct {
	id                                          int64
	name, email, card, city, state, extra, when string
}

type auction struct {
	id, initialBid, reserve, seller, category int64
	itemName, description, extra, when        string
	expires                                   int64
}

type bid struct {
	auction, bidder, price    int64
	channel, url, extra, when string
}

// nexEvent is one of the three, at an instant that is also its dateTime.
type nexEvent struct {
	t       int64
	person  *person
	auction *auction
	bid     *bid
}

const msec = int64(time.Millisecond)

// nexStart is the benchmark's first day, five minutes before it ends.
var nexStart = time.Date(2015, 7, 14, 23, 55, 0, 0, time.UTC).UnixNano()

// nexEvents makes n events, 1 person to 3 auctions to 16 bids or so, with ties, gaps,
// instants on the dot, hot auctions and bidders, bids before an auction begins
// and on the dot of its end, auctions without bids, sellers not heard of yet.
func nexEvents(seed uint64, n int) []nexEvent {
	r := rand.New(rand.NewPCG(seed, 22))
	chance := func(percent int) bool { return r.IntN(100) < percent }
	oneOf := func(list string) string {
		words := strings.Split(list, ",")
		return words[r.IntN(len(words))]
	}
	t := nexStart
	var out []nexEvent
	people, auctions := int64(1000), int64(1090) // the next ids
	var ends []int64                             // of auctions, to bid on the dot
	for len(out) < n {
		switch x := r.IntN(100); {
		case x < 25: // a tie
		case x < 28:
			t = (t/(10*sec) + 1) * 10 * sec // the edge of a pane
		case x < 31 && len(ends) > 0 && ends[len(ends)-1] > t:
			t = ends[len(ends)-1]
		case x < 33:
			t += 10 * sec // the gap of a session, exactly
		case x < 35:
			t += int64(r.IntN(90)) * sec
		case x < 40 && seed%4 == 3: // through the hours of some days
			t += int64(r.IntN(9*3600)) * sec
		default:
			t += int64(r.IntN(800)) * msec
		}
		when := instant(t)
		extra := strings.Repeat(oneOf("abc,cc,,xyz,c"), r.IntN(4))
		e := nexEvent{t: t}
		switch x := r.IntN(20); {
		case x < 1 || people == 1000:
			id := people
			people++
			name := oneOf("Peter,Paul,Luke,Kate,Sarah") + " " + oneOf("Shultz,Abrams,Noris,Jones")
			e.person = &person{id, name, fmt.Sprintf("%d@nexmark.example", id), fmt.Sprintf("%04d %04d", r.IntN(10000), r.IntN(10000)),
				oneOf("Phoenix,Palo Alto,Boise,Portland,Seattle"), oneOf("AZ,CA,ID,OR,WA"), extra, when}
		case x < 4 || auctions == 1090:
			id := auctions
			auctions++
			seller := max(people-1-int64(r.IntN(4)), 1000)
			switch {
			case chance(10):
				seller = people // who comes next
			case seed%3 == 1 && chance(70):
				seller = 1000 // sells most
			}
			end := t + int64(1+r.IntN(40))*500*msec
			ends = append(ends, end)
			first := int64(1 + r.IntN(1000))
			e.auction = &auction{id, first, first + int64(r.IntN(1000)), seller, int64(10 + r.IntN(4)),
				oneOf("lamp,clock,vase") + fmt.Sprint(id), oneOf("old,new,worn"), extra, when, end}
		default:
			on := auctions - 1 - int64(r.IntN(6))
			switch {
			case chance(40):
				on = (auctions - 1) / 8 * 8 // a hot one
			case chance(5):
				on = auctions + int64(r.IntN(2)) // not begun yet
			}
			by := people - 1 - int64(r.IntN(8))
			if chance(40) {
				by = (people - 1) / 4 * 4
			}
			price := int64(math.Pow(10, r.Float64()*6) * 100)
			switch {
			case chance(10):
				price = []int64{9999, 10000, 999999, 1000000}[r.IntN(4)]
			case chance(30):
				price = int64(1+r.IntN(3)) * 1000 // equal prices
			}
			e.bid = &bid{auction: max(on, 1090), bidder: max(by, 1000), price: price, extra: extra, when: when}
			if chance(50) {
				e.bid.channel = oneOf("Google,Apple,Facebook,Baidu,apple,GOOGLE")
				e.bid.url = "https://www.nexmark.example/" + oneOf("abo/jag/we,x/y,a") + "/item.htm?query=1"
			} else {
				e.bid.channel = fmt.Sprintf("channel-%d", r.IntN(100))
				e.bid.url = "https://www.nexmark.example/" + oneOf("abo/jag/we,x,") + "/item.htm?query=1"
				if chance(85) {
					e.bid.url += fmt.Sprintf("&channel_id=%d", r.IntN(1000)) + oneOf(",&lang=en")
				}
			}
		}
		out = append(out, e)
	}
	return out
}

// message is the event as it comes from the wire.
func (e nexEvent) message() vm.Event {
	var tag string
	var fields []value.Field
	add := func(name string, v value.Value) { fields = append(fields, value.Field{Name: name, Value: v}) }
	text := func(name, s string) { add(name, value.String(s)) }
	num := func(name string, n int64) { add(name, value.Int(n)) }
	switch {
	case e.person != nil:
		p := e.person
		tag = fmt.Sprintf("/nexmark/person/%d", p.id)
		num("id", p.id)
		text("name", p.name)
		text("emailAddress", p.email)
		text("creditCard", p.card)
		text("city", p.city)
		text("state", p.state)
		text("dateTime", p.when)
		text("extra", p.extra)
	case e.auction != nil:
		a := e.auction
		tag = fmt.Sprintf("/nexmark/auction/%d", a.id)
		num("id", a.id)
		text("itemName", a.itemName)
		text("description", a.description)
		num("initialBid", a.initialBid)
		num("reserve", a.reserve)
		text("dateTime", a.when)
		text("expires", instant(a.expires))
		num("seller", a.seller)
		num("category", a.category)
		text("extra", a.extra)
	default:
		b := e.bid
		tag = fmt.Sprintf("/nexmark/bid/%d", b.auction)
		num("auction", b.auction)
		num("bidder", b.bidder)
		num("price", b.price)
		text("channel", b.channel)
		text("url", b.url)
		text("dateTime", b.when)
		text("extra", b.extra)
	}
	return vm.Event{T: e.t, Tag: tag, Data: value.Object(fields)}
}
