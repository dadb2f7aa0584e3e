// Package omarket stands in for the classifieds market O!Market of Kyrgyzstan:
// a real HTTP server that follows the market's own API description and refuses
// whatever the description does not allow. Clients are tested and demonstrated
// against it; it knows none of them.
//
// Where the description is silent, the server does as follows. What the real
// market may well do otherwise is a member of [Quirks].
//
//   - Plain HTTP is served: the sandbox lives on loopback.
//   - Without the operator's key every address, also an unknown one, answers
//     403 with a message of its own. A missing, unknown or expired token
//     answers 401. A token that is sent must be good, also where none is
//     needed; the routes under /api/market-auth/ do not look at it.
//   - An address without its last slash answers 301 to the one with it,
//     whatever the method; every other spelling, category/list/ too, is 404
//     with a page. The wrong method is 405.
//   - An unknown query parameter, an unknown JSON member, a body where none is
//     described and a body that is not application/json are refused (400, 415).
//   - A refused change of an ad and a picture that is not there answer HTTP 200
//     with resultCode FAIL. Everything else that is refused has an HTTP status.
//     A body above the size limit meets the proxy's 413 page.
//   - Pages have 20 ads, or 10 questions of the FAQ; a page behind the last is
//     404. Lists and search show active ads, whatever their opening_at.
//   - A price is a number or the digits of one, above 0, with at most two
//     decimals. Lowering the price of an ad that is not a draft any more keeps
//     the former one in old_price; raising it forgets that.
//   - "filters", "images" and texts that are sent replace what was there, what
//     is not sent stays. Another category drops the filters it does not have.
//   - Any change puts an ad into moderation, to open at eleven o'clock of the
//     next day in Bishkek, and forgets the moderator's commentary. It stays
//     there until somebody decides.
//   - Pictures are served at /media/… to everybody, as from the market's store:
//     their addresses have the host by which the caller reached the server.
//   - A picture shows in its ad from the upload on. A change with a list of
//     images shows these only; left out ones may come back.
//   - An ad of somebody else is 404 to whoever wants to change it, and to
//     readers unless it is active.
//   - A registered number stays taken while its code is awaited. Registration
//     cannot be repeated, a code counts once.
//   - Times have no zone and are Bishkek's.
package omarket
