package dialogs_test

import (
	"testing"

	"bazarbot/market"
)

// An option that another process has shown, and this one has not heard of yet,
// is taken when its market knows it after all; otherwise it is gone.
func TestPressedElsewhere(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]bool{"known after all": true, "gone": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			brand := required("brand", market.KindChoice, "марка").with(func(f *market.Field) {
				f.Open, f.DependsOn = true, "brand"
			})
			brand.sub = map[string][]market.Option{"": options("Audi", "BMW", "Lada")}
			m := asking(brand)
			c := seat(t, m)
			c.talk("> /new\n> [Техника]\n< Марка\n< [BMW]")
			brand.sub[""] = options("Audi", "Lada")
			brand.sub["bmw"] = options("Audi", "Lada")
			if known {
				brand.sub["bmw"] = options("Audi", "BMW", "Lada")
				c.talk("> [BMW]\n< Проверьте объявление\n< Марка: BMW")
				return
			}
			c.talk("> [BMW]\n< Этого варианта больше нет\n< [Audi]\n- [BMW]")
		})
	}
}
