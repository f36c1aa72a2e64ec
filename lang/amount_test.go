package lang

import "testing"

func TestAmounts(t *testing.T) {
	for want, got := range map[string]string{
		"1 event": Amount(1, "event"), "0 events": Amount(0, "event"), "20,160 events": Amount(20160, "event"), "-1,000": Grouped(-1000), "-100": Grouped(-100), "1,234,567": Grouped(1234567),
		"5m": RoughDuration(300e9), "500ms": RoughDuration(499.93e6), "1s": RoughDuration(1.03e9), "1s500ms": RoughDuration(1.52e9), "1m12s": RoughDuration(72.4e9),
		"1d17h40m": RoughDuration(41*3600e9 + 40*60e9 + 7e9), "2d2h": RoughDuration(50*3600e9 + 5e9), "0s": RoughDuration(0), "12us": RoughDuration(12345),
		"0": RoughNumber(0), "4": RoughNumber(4), "0.066": RoughNumber(0.066), "51.85": RoughNumber(51.846000000000004), "99.67": RoughNumber(99.66799999999999),
		"100": RoughNumber(99.99999), "-3.142": RoughNumber(-3.14159), "123,457": RoughNumber(123456.7), "1e+20": RoughNumber(1e20), "1.5e-07": RoughNumber(1.5e-7),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
