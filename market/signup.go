package market

// The keys by which an Invalid error's Fields name what a person signs up with.
const (
	SignUpPhone    = "phone"
	SignUpPassword = "password"
	SignUpCode     = "code"
)
