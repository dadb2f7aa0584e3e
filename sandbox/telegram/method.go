package telegram

import "strings"

// methods are the Bot API's methods this server knows, by lower-case name, with
// the parameters it understands (Bot API 10.1).
var methods = byName([]method{
	{"getMe", nil, (*Server).getMe},
	{"getUpdates", words("offset limit timeout allowed_updates"), (*Server).getUpdates},
	{"setWebhook", words("url max_connections allowed_updates drop_pending_updates secret_token"), (*Server).setWebhook},
	{"deleteWebhook", words("drop_pending_updates"), (*Server).deleteWebhook},
	{"getWebhookInfo", nil, (*Server).getWebhookInfo},

	{"sendMessage", words(sending, "text parse_mode entities link_preview_options"), (*Server).sendMessage},
	{"sendPhoto", words(sending, captioned, "photo show_caption_above_media has_spoiler"), (*Server).sendPhoto},
	{"sendVideo", words(sending, captioned, "video show_caption_above_media has_spoiler"), (*Server).sendVideo},
	{"sendDocument", words(sending, captioned, "document disable_content_type_detection"), (*Server).sendDocument},
	{"sendMediaGroup", words("chat_id disable_notification protect_content message_effect_id reply_parameters media"), (*Server).sendMediaGroup},
	{"copyMessage", words(sending, captioned, "from_chat_id message_id show_caption_above_media"), (*Server).copyMessage},
	{"forwardMessage", words("chat_id from_chat_id message_id disable_notification protect_content"), (*Server).forwardMessage},
	{"sendChatAction", words("chat_id action"), (*Server).sendChatAction},

	{"editMessageText", words(editing, "text parse_mode entities link_preview_options"), (*Server).editMessageText},
	{"editMessageCaption", words(editing, captioned, "show_caption_above_media"), (*Server).editMessageCaption},
	{"editMessageMedia", words(editing, "media"), (*Server).editMessageMedia},
	{"editMessageReplyMarkup", words(editing), (*Server).editMessageReplyMarkup},
	{"deleteMessage", words("chat_id message_id"), (*Server).deleteMessage},
	{"deleteMessages", words("chat_id message_ids"), (*Server).deleteMessages},
	{"answerCallbackQuery", words("callback_query_id text show_alert url cache_time"), (*Server).answerCallbackQuery},

	{"getFile", words("file_id"), (*Server).getFile},
	{"getChat", words("chat_id"), (*Server).getChat},
	{"setMyCommands", words("commands scope language_code"), (*Server).setMyCommands},
	{"getMyCommands", words("scope language_code"), (*Server).getMyCommands},
	{"deleteMyCommands", words("scope language_code"), (*Server).deleteMyCommands},
	{"setMyDescription", words("description language_code"), (*Server).setMyDescription},
	{"getMyDescription", words("language_code"), (*Server).getMyDescription},
	{"setMyShortDescription", words("short_description language_code"), (*Server).setMyShortDescription},
	{"getMyShortDescription", words("language_code"), (*Server).getMyShortDescription},
	{"setChatMenuButton", words("chat_id menu_button"), (*Server).setChatMenuButton},
})

// Parameters that several methods share.
const (
	sending   = "chat_id disable_notification protect_content message_effect_id reply_parameters reply_markup"
	captioned = "caption parse_mode caption_entities"
	editing   = "chat_id message_id reply_markup"
)

func words(lists ...string) []string { return strings.Fields(strings.Join(lists, " ")) }

func byName(list []method) map[string]*method {
	out := make(map[string]*method, len(list))
	for i := range list {
		out[strings.ToLower(list[i].name)] = &list[i]
	}
	return out
}
