"""What an expression means: scopes, bindings, constant values and data flow, by abstract interpretation."""
