// Package md999 stands in for the classifieds market 999.md: a real HTTP
// server that follows the market's own API description (13 July 2018) and
// refuses whatever the description does not allow. Clients are tested and
// demonstrated against it; it knows none of them.
//
// Where the description is silent, the server does as follows.
//
//   - Plain HTTP is served: the sandbox lives on loopback.
//   - The Basic password must be empty. Without a known key every address,
//     also an unknown one, answers 401.
//   - A query parameter that is unknown, given twice or not an allowed value,
//     an unknown or wrongly cased JSON member, and a body where none is
//     described answer 400. Ids in an address that name nothing answer 404,
//     also the advert of somebody else.
//   - Texts are limited to 255 characters (textbox_text) and 10,000
//     (textarea_text), numbers to 0 … 999,999,999, a page to 1,000 adverts, a
//     JSON body to 1 MB. The number of photos is not limited.
//   - A required feature needs a value that is not blank or empty. A feature
//     whose parent option leaves it no options is not required. "false" in a
//     check box is the same as leaving it out.
//   - After a PATCH the whole advert must be valid: who changes a parent option
//     must also change, or remove with null, what depends on it. What the new
//     offer type does not ask for is dropped.
//   - An advert without a title feature is titled after its first chosen
//     options ("BMW 3 Series").
//   - Posting without money answers 402, as republishing does. Republishing
//     makes blocked_commercial, expired and need_pay adverts public; a blocked
//     one is refused with 400 and becomes public when it is edited.
//   - The 301st image of a day (Europe/Chisinau) answers 429 with Retry-After;
//     what is no JPEG, PNG, GIF or WebP answers 400, one above the size limit
//     413. The same picture sent twice has one id and counts twice.
//   - The autorepublisher is kept and priced, but republishes nothing.
package md999
