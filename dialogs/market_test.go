package dialogs_test

import (
	"context"
	"fmt"
	"strings"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// question is a row of a table form. The options of one with DependsOn are
// those of the parent's answer.
type question struct {
	market.Field
	sub map[string][]market.Option
}

// table is a market whose form is data.
type table struct {
	dialogs.Shelf // what no test asks
	id            market.ID
	caps          market.Capabilities
	rows          []question
	blocked       []string
	leftOut       []string
	phones        map[market.Secret][]string // of the keys it takes
	ads           []market.Ad
	shelves       map[market.Secret][]market.Ad // of a key, where not all have the same
	revoked       market.Secret
	longest       int                  // how many ads a page has at most; 0: as many as asked for
	asked         int                  // how often ads were
	held          market.Answers       // what each of the ads holds
	auto          market.Autorepublish // of every ad
	trouble       map[string]error     // what an operation answers: form, check, ads, ad, search, faq
	shop          *showcase            // what buyers see; nil: nothing can be searched
	once          bool                 // the trouble is over when it was met
	further       map[string][]string  // options that looking further brings, by field
	gathered      int                  // how often it was looked
}

func (m *table) ID() market.ID { return m.id }

func (m *table) Capabilities() market.Capabilities { return m.caps }

func (m *table) Form(_ context.Context, _ market.Secret, _ market.Lang, answers market.Answers) (market.Form, error) {
	if err := m.trouble["form"]; err != nil {
		if m.once {
			m.trouble = nil
		}
		return market.Form{}, err
	}
	form := market.Form{Complete: true}
	for _, row := range m.rows {
		f := row.Field
		path := f.Role == market.RoleCategory || f.Role == market.RoleOffer
		if !path && !form.Complete {
			break
		}
		if f.DependsOn != "" {
			f.Options = row.sub[answers[f.DependsOn].Option()]
			f.Required = f.Required && (path || len(f.Options) > 0)
		}
		if _, chosen := f.Option(answers[f.Key].Option()); path && !chosen {
			form.Complete = false
		}
		form.Fields = append(form.Fields, f)
	}
	if form.Complete {
		form.Blocked, form.LeftOut = m.blocked, m.leftOut
	}
	return form, nil
}

func (m *table) Check(_ context.Context, key market.Secret) ([]string, error) {
	if err := m.trouble["check"]; err != nil {
		return nil, err
	}
	phones, ok := m.phones[key]
	if !ok {
		return nil, m.failure(market.BadCredentials)
	}
	return phones, nil
}

func (m *table) Ads(_ context.Context, key market.Secret, _ market.Lang, q market.AdQuery) (market.AdPage, error) {
	m.asked++
	if err := m.trouble["ads"]; err != nil {
		return market.AdPage{}, err
	}
	if key == m.revoked {
		return market.AdPage{}, m.failure(market.NotSignedIn)
	}
	if m.longest > 0 {
		q.PageSize = min(q.PageSize, m.longest)
	}
	all := m.ads
	if shelf, ok := m.shelves[key]; ok {
		all = shelf
	}
	page := market.AdPage{Page: q.Page, PageSize: q.PageSize, Total: len(all)}
	var found []market.Ad
	for _, ad := range all {
		if len(q.States) == 0 || q.States[0] == ad.State {
			found = append(found, ad)
		}
	}
	page.Subtotal = len(found)
	from := min((q.Page-1)*q.PageSize, len(found))
	page.Ads = found[from:min(from+q.PageSize, len(found))]
	return page, nil
}

func (m *table) FullAd(_ context.Context, _ market.Secret, _ market.Lang, id string) (market.Ad, error) {
	if err := m.trouble["ad"]; err != nil {
		return market.Ad{}, err
	}
	for _, ad := range m.ads {
		if ad.ID == id {
			return ad, nil
		}
	}
	return market.Ad{}, m.failure(market.NotFound)
}

func (m *table) failure(kind market.ErrorKind) error {
	return &market.Error{Kind: kind, Market: m.id, Op: "test", Message: "слова площадки"}
}

// fail makes operations answer a kind of error, until it is called with none.
func (m *table) fail(kind market.ErrorKind, ops ...string) {
	m.trouble, m.once = map[string]error{}, false
	for _, op := range ops {
		m.trouble[op] = m.failure(kind)
	}
}

// options makes options of titles; the id of "Apple" is "apple".
func options(titles ...string) []market.Option {
	list := make([]market.Option, len(titles))
	for i, t := range titles {
		list[i] = market.Option{ID: strings.ToLower(t), Title: t}
	}
	return list
}

func required(key string, kind market.Kind, label string) question {
	return question{Field: market.Field{Key: key, Kind: kind, Label: label, Required: true}}
}

func optional(group, key string, kind market.Kind, label string) question {
	return question{Field: market.Field{Key: key, Kind: kind, Label: label, Group: group}}
}

func (q question) with(change func(*market.Field)) question {
	change(&q.Field)
	return q
}

func (q question) of(titles ...string) question {
	q.Options = options(titles...)
	return q
}

func (q question) under(parent string, sub map[string][]market.Option) question {
	q.DependsOn, q.sub = parent, sub
	return q
}

func (q question) role(r market.Role) question {
	return q.with(func(f *market.Field) { f.Role = r })
}

func (q question) repeats() question {
	return q.with(func(f *market.Field) { f.Repeats = true })
}

func (q question) units(units ...string) question {
	return q.with(func(f *market.Field) { f.Units = units })
}

// bazaar is a market with the small ad of 999.md: two steps of category, an
// offer type, a place in two steps, and details in two groups.
func bazaar() *table {
	return &table{
		id:     market.MD999,
		phones: map[market.Secret][]string{"good-key": {"37360000001", "37360000002"}},
		caps: market.Capabilities{
			APIKey: true, ReadsNeedAccount: true, Site: "https://999.md",
			PostPrice: market.Money{Amount: "1", Currency: "mdl"},
			States: []market.State{
				market.StatePublic, market.StateHidden, market.StateExpired,
				market.StateNeedPay, market.StateBlocked, market.StateBlockedCommercial,
			},
		},
		rows: []question{
			required("category", market.KindChoice, "").role(market.RoleCategory).repeats().of("Техника", "Транспорт"),
			required("subcategory", market.KindChoice, "").role(market.RoleCategory).repeats().under("category", map[string][]market.Option{
				"техника": options("Телефоны", "Ноутбуки"), "транспорт": options("Легковые"),
			}),
			required("offer", market.KindChoice, "").role(market.RoleOffer).repeats().under("subcategory", map[string][]market.Option{
				"телефоны": options("Продам", "Куплю"), "ноутбуки": options("Продам", "Куплю"), "легковые": options("Продам"),
			}),
			required("title", market.KindText, "заголовок").role(market.RoleTitle).with(func(f *market.Field) { f.MaxLen = 50 }),
			required("text", market.KindLongText, "текст").role(market.RoleText).with(func(f *market.Field) { f.MaxLen = 9000 }),
			required("price", market.KindQuantity, "цена").role(market.RolePrice).units("eur", "usd", "mdl"),
			required("region", market.KindChoice, "регион").role(market.RolePlace).repeats().of("Кишинёв", "Бельцы"),
			required("city", market.KindChoice, "город").role(market.RolePlace).repeats().under("region", map[string][]market.Option{
				"кишинёв": options("Ботаника", "Центр"), "бельцы": options("Слободзея"),
			}),
			optional("фото", "pics", market.KindPhotos, "фотографии").role(market.RolePhotos).with(func(f *market.Field) { f.MaxCount = 3 }),
			required("phones", market.KindContacts, "контакты").role(market.RoleContacts).repeats().of("37360000001", "37360000002"),
			optional("характеристики", "colour", market.KindText, "цвет"),
			optional("характеристики", "brand", market.KindChoice, "бренд").of("Apple", "Samsung"),
			optional("характеристики", "model", market.KindChoice, "модель").under("brand", map[string][]market.Option{
				"apple": options("iPhone 13", "iPhone 14"), "samsung": options("Galaxy S23"),
			}),
			optional("характеристики", "battery", market.KindQuantity, "батарея").units("mah"),
			optional("ещё", "sim", market.KindYesNo, "две SIM-карты"),
			optional("ещё", "box", market.KindYesNo, "коробка"),
			optional("ещё", "video", market.KindVideos, "видео").with(func(f *market.Field) { f.MaxCount = 2 }),
		},
	}
}

// asking is a market that asks one question after its category, and nothing else.
func asking(q question) *table {
	m := bazaar()
	m.rows = []question{
		required("category", market.KindChoice, "").role(market.RoleCategory).of("Техника", "Транспорт"),
		q,
	}
	return m
}

// many makes n options: "Марка 001" and so on.
func many(n int) []string {
	titles := make([]string, n)
	for i := range titles {
		titles[i] = fmt.Sprintf("Марка %03d", i+1)
	}
	return titles
}
