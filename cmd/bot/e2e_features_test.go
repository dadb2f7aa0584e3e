package main

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bazarbot/sandbox/md999"
)

// features are what an ad holds at the market, by id.
type features map[string]md999.Value

func featuresOf(ad md999.Advert) features {
	f := features{}
	for _, v := range ad.Features {
		f[v.ID] = v
	}
	return f
}

// photoIDs are the ids of an ad's pictures, the cover first.
func photoIDs(ad md999.Advert) []string {
	value, _ := ad.Feature("14")
	ids, _ := value.Value.([]string)
	return ids
}

// with are the features with other values; nil takes one away. Units stay.
func (f features) with(values map[string]any) features {
	changed := maps.Clone(f)
	for id, value := range values {
		if value == nil {
			delete(changed, id)
			continue
		}
		changed[id] = md999.Value{ID: id, Value: value, Unit: f[id].Unit}
	}
	return changed
}

// are checks that these are all features, types and units included.
func (f features) are(t *testing.T, want features) {
	t.Helper()
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("the features of the ad (-want +got):\n%s", diff)
	}
}
