package telegram

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// BotCommand is an entry of the bot's menu. Section: #botcommand
type BotCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// botFacts is what the bot says about itself, by language.
type botFacts struct {
	mu       sync.Mutex
	commands map[commandScope][]BotCommand
	long     map[string]string // description by language
	short    map[string]string
	menus    map[int64]string // menu button's type by chat; 0: the default
}

// commandScope is whom a list of commands is for. Section: #botcommandscope
type commandScope struct {
	kind     string
	chat     int64
	user     int64
	language string
}

// me is the result of getMe. Section: #getme
type me struct {
	User
	CanJoinGroups  bool `json:"can_join_groups"`
	ReadsAll       bool `json:"can_read_all_group_messages"`
	SupportsInline bool `json:"supports_inline_queries"`
	HasTopics      bool `json:"has_topics_enabled"`
}

func (s *Server) getMe(*http.Request, *request) (any, error) {
	return me{User: s.bot, CanJoinGroups: true}, nil
}

// getChat: #getchat; the members a bot of private chats looks at.
func (s *Server) getChat(_ *http.Request, q *request) (any, error) {
	c, err := s.chat(q, "chat_id")
	if err != nil {
		return nil, err
	}
	return struct {
		wireChat
		AccentColor  int `json:"accent_color_id"`
		MaxReactions int `json:"max_reaction_count"`
	}{c.info, 0, 11}, nil
}

var languageCode = regexp.MustCompile(`^[a-z]{2}$`)

// language reads language_code: two letters (ISO 639-1) or nothing.
func (q *request) language() (string, error) {
	code := q.values["language_code"]
	if code != "" && !languageCode.MatchString(code) {
		return "", badRequest("invalid language code specified")
	}
	return code, nil
}

func (q *request) scope() (commandScope, error) {
	var wire struct {
		Type string `json:"type"`
		Chat int64  `json:"chat_id"`
		User int64  `json:"user_id"`
	}
	wire.Type = "default"
	if err := q.decode("scope", &wire); err != nil {
		return commandScope{}, badRequest("can't parse BotCommandScope: JSON object expected")
	}
	switch wire.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators",
		"chat", "chat_administrators", "chat_member":
	default:
		return commandScope{}, badRequest("can't parse BotCommandScope: unsupported type specified")
	}
	language, err := q.language()
	return commandScope{kind: wire.Type, chat: wire.Chat, user: wire.User, language: language}, err
}

var commandName = regexp.MustCompile(`^[a-z0-9_]+$`)

// setMyCommands: #setmycommands, at most 100.
func (s *Server) setMyCommands(_ *http.Request, q *request) (any, error) {
	scope, err := q.scope()
	if err != nil {
		return nil, err
	}
	var list []BotCommand
	if err := q.decode("commands", &list); err != nil {
		return nil, badRequest("can't parse BotCommand: JSON array expected")
	}
	if len(list) > 100 {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for i := range list {
		if err := list[i].check(); err != nil {
			return nil, err
		}
	}
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	if s.facts.commands == nil {
		s.facts.commands = map[commandScope][]BotCommand{}
	}
	s.facts.commands[scope] = list
	return true, nil
}

// check: 1–32 lower-case letters, digits and underscores; 1–256 characters.
func (c *BotCommand) check() error {
	c.Command = strings.TrimPrefix(c.Command, "/")
	switch {
	case c.Command == "":
		return badRequest("command must be non-empty")
	case len(c.Command) > 32:
		return badRequest("command length must not exceed 32")
	case !commandName.MatchString(c.Command):
		return badRequest("BOT_COMMAND_INVALID")
	case strings.TrimSpace(c.Description) == "":
		return badRequest("command description must be non-empty")
	case utf8.RuneCountInString(c.Description) > 256:
		return badRequest("command description length must not exceed 256")
	}
	return nil
}

// getMyCommands: #getmycommands
func (s *Server) getMyCommands(_ *http.Request, q *request) (any, error) {
	scope, err := q.scope()
	if err != nil {
		return nil, err
	}
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	return append([]BotCommand{}, s.facts.commands[scope]...), nil
}

// deleteMyCommands: #deletemycommands
func (s *Server) deleteMyCommands(_ *http.Request, q *request) (any, error) {
	scope, err := q.scope()
	if err != nil {
		return nil, err
	}
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	delete(s.facts.commands, scope)
	return true, nil
}

// Commands are the menu a person sees in the private chat: the most fitting list
// in their language, or in none. Section: #determining-list-of-commands
func (p *Person) Commands() []BotCommand {
	f := &p.srv.facts
	f.mu.Lock()
	defer f.mu.Unlock()
	scopes := []commandScope{{kind: "chat", chat: p.user.ID}, {kind: "all_private_chats"}, {kind: "default"}}
	for _, scope := range scopes {
		for _, language := range []string{p.user.LanguageCode, ""} {
			scope.language = language
			if list := f.commands[scope]; len(list) > 0 {
				return append([]BotCommand{}, list...)
			}
		}
	}
	return nil
}

// Description is what a person sees before they press Start.
func (p *Person) Description() string {
	f := &p.srv.facts
	f.mu.Lock()
	defer f.mu.Unlock()
	if text, ok := f.long[p.user.LanguageCode]; ok {
		return text
	}
	return f.long[""]
}

// setText stores a description by language; empty removes it.
func (s *Server) setText(texts *map[string]string, q *request, name string, limit int) (any, error) {
	language, err := q.language()
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(q.values[name])
	if utf8.RuneCountInString(text) > limit {
		return nil, badRequest("%s is too long", strings.ReplaceAll(name, "_", " "))
	}
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	if *texts == nil {
		*texts = map[string]string{}
	}
	if text == "" {
		delete(*texts, language)
	} else {
		(*texts)[language] = text
	}
	return true, nil
}

func (s *Server) text(texts *map[string]string, q *request, name string) (any, error) {
	language, err := q.language()
	if err != nil {
		return nil, err
	}
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	text, ok := (*texts)[language]
	if !ok {
		text = (*texts)[""]
	}
	return map[string]string{name: text}, nil
}

// setMyDescription: #setmydescription, at most 512 characters.
func (s *Server) setMyDescription(_ *http.Request, q *request) (any, error) {
	return s.setText(&s.facts.long, q, "description", 512)
}

func (s *Server) getMyDescription(_ *http.Request, q *request) (any, error) {
	return s.text(&s.facts.long, q, "description")
}

// setMyShortDescription: #setmyshortdescription, at most 120 characters.
func (s *Server) setMyShortDescription(_ *http.Request, q *request) (any, error) {
	return s.setText(&s.facts.short, q, "short_description", 120)
}

func (s *Server) getMyShortDescription(_ *http.Request, q *request) (any, error) {
	return s.text(&s.facts.short, q, "short_description")
}

// setChatMenuButton: #setchatmenubutton
func (s *Server) setChatMenuButton(_ *http.Request, q *request) (any, error) {
	var button struct {
		Type string `json:"type"`
	}
	button.Type = "default"
	if err := q.decode("menu_button", &button); err != nil {
		return nil, badRequest("can't parse MenuButton: JSON object expected")
	}
	if !slices.Contains(words("commands web_app default"), button.Type) {
		return nil, badRequest("can't parse MenuButton: unsupported type specified")
	}
	var chat int64
	if v := q.values["chat_id"]; v != "" {
		var err error
		if chat, err = strconv.ParseInt(v, 10, 64); err != nil || s.chatByID(chat) == nil {
			return nil, errChatNotFound
		}
	}
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	if s.facts.menus == nil {
		s.facts.menus = map[int64]string{}
	}
	s.facts.menus[chat] = button.Type
	return true, nil
}
