package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// onSite does something at the market behind the bot's back, as its site would.
// Of a posted ad it gives the id.
func (t *town) onSite(ctx context.Context, method, path, body string) (ad string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, t.md999.URL()+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.SetBasicAuth(demoKey, "")
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	var said struct {
		Advert struct {
			ID string `json:"id"`
		} `json:"advert"`
		Error json.RawMessage `json:"error"`
	}
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil || said.Error != nil {
		return "", fmt.Errorf("999.md answers %d to %s %s: %s %w", res.StatusCode, method, path, said.Error, err)
	}
	return said.Advert.ID, nil
}

// phone is a small ad without pictures, as it is posted.
func phone(title string, price int) string {
	return fmt.Sprintf(`{"category_id":"600","subcategory_id":"601","offer_type":"776","features":[
		{"id":"12","value":%q},{"id":"13","value":"Works."},{"id":"2","value":%d,"unit":"eur"},
		{"id":"7","value":"12900"},{"id":"8","value":"13859"},{"id":"9","value":"15664"},
		{"id":"16","value":["37378888888"]}]}`, title, price)
}
