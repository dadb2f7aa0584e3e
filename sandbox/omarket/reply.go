package omarket

import (
	"net/http"

	"bazarbot/sandbox/stand"
)

// object is a JSON object of an answer.
type object = map[string]any

// reply is an answer before it is written.
type reply = stand.Reply

// plain answers 200 with a body that has no result around it.
func plain(body any) reply { return reply{Status: http.StatusOK, Body: body} }

// ok answers 200 with a result and what the market says about it.
func ok(result any, details string) reply {
	return plain(object{"result": result, "resultCode": "SUCCESS", "details": details, "errorCode": 0})
}

// fail answers details, a text or complaints by field, in the manner of the ad
// board.
func fail(status int, details any) reply { return failed(status, nil, details) }

func failed(status int, result, details any) reply {
	return reply{Status: status, Body: object{"result": result, "resultCode": "FAIL", "details": details, "errorCode": 0}}
}

// refuse answers {"error": …}, in the manner of sign-up and sign-in.
func refuse(status int, text string) reply {
	return reply{Status: status, Body: object{"error": text}}
}

// message answers {"message": …}, in the manner of keys and tokens.
func message(status int, text string) reply {
	return reply{Status: status, Body: object{"message": text}}
}

// page answers as a proxy or the web server itself does.
func page(status int) reply { return stand.Page(status) }
