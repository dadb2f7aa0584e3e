package md999

import (
	"context"
	"fmt"

	"bazarbot/market"
	"bazarbot/market/catalogue"
)

// Ways lists the subcategories of all categories, each with its category, as
// far as the catalogue has them: a list of subcategories is a request of its
// own, and no word that somebody types is worth one for every category. What
// nobody has opened yet is not among them.
//
// API reference: "Categories", "Subcategories".
func (c *Client) Ways(ctx context.Context, key market.Secret, lang market.Lang, _ market.Answers, field string) ([]market.Way, error) {
	if field != keyCategory {
		return nil, nil
	}
	categories, err := c.categories(ctx, key, wireLang(lang))
	if err != nil {
		return nil, fmt.Errorf("ways: %w", err)
	}
	var ways []market.Way
	for _, category := range categories {
		call := subcategoriesCall(wireLang(lang), category.ID)
		below, known := catalogue.Peek(ctx, c.cache, entryKey(call, freshCategories), titlesIn("subcategories"))
		if !known {
			continue
		}
		for _, o := range below {
			ways = append(ways, market.Way{{Field: keyCategory, Option: category}, {Field: keySubcategory, Option: o}})
		}
	}
	return ways, nil
}
