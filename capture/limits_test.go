package capture

import (
	"reflect"
	"testing"
)

func TestShare(t *testing.T) {
	whole := DefaultLimits()
	if got := (Limits{}).Share(1); got != whole {
		t.Errorf("the share of one is %+v", got)
	}
	got := Limits{Conns: 10, Hold: 5}.Share(4)
	if got.Conns != 2 || got.Hold != 5 || got.HalfOpen != whole.HalfOpen/4 || got.SegmentsPerConn != whole.SegmentsPerConn {
		t.Errorf("the share of four is %+v", got)
	}
	if got := (Limits{Conns: 2}).Share(8); got.Conns != 1 {
		t.Errorf("%d connections", got.Conns)
	}
}

// TestStatsAdd: no field is forgotten.
func TestStatsAdd(t *testing.T) {
	var one, sum AssemblyStats
	v := reflect.ValueOf(&one).Elem()
	for i := range v.NumField() {
		v.Field(i).SetInt(int64(i + 1))
	}
	sum.Add(one)
	sum.Add(one)
	for i := range v.NumField() {
		if got := reflect.ValueOf(sum).Field(i).Int(); got != int64(2*(i+1)) {
			t.Errorf("%s: %d", v.Type().Field(i).Name, got)
		}
	}
}
