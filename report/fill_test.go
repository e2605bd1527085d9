package report

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strconv"
	"testing"
	"time"
)

// A filler sets the fields of records by reflection, so that a field that is
// added to the model is in the tests at once.
type filler struct {
	*rand.Rand
	// text is where strings come from.
	text func() string
	// full sets every field to something that is not its zero value; otherwise
	// fields are left out at random.
	full bool
}

func newFiller(seed uint64) *filler {
	f := &filler{Rand: rand.New(rand.NewPCG(seed, 2)), full: true}
	f.text = func() string { return "text " + strconv.Itoa(f.IntN(1000)) }
	return f
}

// sparse is a filler that leaves fields out, with strings that are parts of text.
func sparse(seed uint64, text string) *filler {
	f := newFiller(seed)
	f.full = false
	f.text = func() string {
		from := f.IntN(len(text) + 1)
		return text[from : from+f.IntN(len(text)-from+1)]
	}
	return f
}

// filled gives a record of the type T.
func filled[T any](f *filler) *T {
	v := new(T)
	f.fill(reflect.ValueOf(v).Elem(), 0)
	return v
}

const maxFillDepth = 12 // ends the recursion of fields in fields

func (f *filler) fill(v reflect.Value, depth int) {
	if depth > maxFillDepth || !f.full && v.Kind() != reflect.Struct && f.IntN(4) == 0 {
		return
	}
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(f.Int64N(4e9)+1, f.Int64N(1e9)).UTC()))
		return
	case netip.AddrPort:
		v.Set(reflect.ValueOf(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(f.IntN(256)), 2, 3}), uint16(f.IntN(1<<16)))))
		return
	case netip.Addr:
		v.Set(reflect.ValueOf(netip.AddrFrom4([4]byte{10, byte(f.IntN(256)), 2, 3})))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32:
		v.SetInt(f.Int64N(1<<31-1) + 1)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.Int64N(1<<62) + 1)
	case reflect.Uint16:
		v.SetUint(f.Uint64N(1<<16-1) + 1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+f.IntN(2), 2))
		for i := range v.Len() {
			if elem := v.Index(i); elem.Kind() == reflect.Pointer {
				elem.Set(reflect.New(elem.Type().Elem())) // records hold no nil attempts
				f.fill(elem.Elem(), depth+1)
			} else {
				f.fill(elem, depth+1)
			}
		}
	case reflect.Map:
		f.fillMap(v, depth)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Anonymous && v.Field(i).Kind() == reflect.Pointer { // the session of a record is always there
				v.Field(i).Set(reflect.New(v.Field(i).Type().Elem()))
				f.fill(v.Field(i).Elem(), depth)
				continue
			}
			f.fill(v.Field(i), depth+1)
		}
	default:
		panic("the filler does not know " + v.Type().String())
	}
}

func (f *filler) fillMap(v reflect.Value, depth int) {
	v.Set(reflect.MakeMap(v.Type()))
	for range 1 + f.IntN(3) {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		key.SetString(f.text())
		f.fill(value, depth+1)
		v.SetMapIndex(key, value)
	}
}

// emptied gives every nil slice and map below v a value without elements: what
// encoding/json then writes is what our records hold.
func emptied(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			emptied(v.Elem())
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			emptied(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				emptied(v.Field(i))
			}
		}
	}
}

// TestFillerFillsEverything guards the guard: no field may stay zero.
func TestFillerFillsEverything(t *testing.T) {
	var check func(path string, v reflect.Value)
	check = func(path string, v reflect.Value) {
		if v.IsZero() {
			t.Errorf("%s is zero", path)
			return
		}
		switch v.Kind() {
		case reflect.Pointer:
			check(path, v.Elem())
		case reflect.Slice:
			if path != "Tree.Fields" {
				check(path+"[0]", v.Index(0))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				name := v.Type().Field(i).Name
				if v.Type().Field(i).IsExported() && name != "Fields" {
					check(path+"."+name, v.Field(i))
				}
			}
		}
	}
	for _, record := range fullRecords() {
		check(reflect.TypeOf(record).String(), reflect.ValueOf(record))
	}
}
