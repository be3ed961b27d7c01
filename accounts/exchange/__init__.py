"""Tables about people, in and out."""
