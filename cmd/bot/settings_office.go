package main

import (
	"fmt"
	"strconv"

	"bazarbot/bot"
)

// maxBulkRate bounds BULK_RATE: a local Bot API server of somebody's own may take
// more than Telegram's, but not without end.
const maxBulkRate = 1000

// checkOffice reads who the owners are, and how fast broadcasts go.
func (s *settings) checkOffice() (faults []string) {
	for _, text := range fields(s.AdminIDs) {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 {
			faults = append(faults, fmt.Sprintf("ADMIN_IDS holds %q, which is no Telegram id: /id tells each person theirs", text))
			continue
		}
		s.owners = append(s.owners, id)
	}
	s.bulkRate = bot.DefaultBulkRate
	if s.BulkRate != "" {
		n, err := strconv.Atoi(s.BulkRate)
		if err != nil || n < 1 || n > maxBulkRate {
			faults = append(faults, fmt.Sprintf("BULK_RATE must be a whole number from 1 to %d", maxBulkRate))
		}
		s.bulkRate = n
	}
	return faults
}
