"""Pictures, films, sound and documents: what is taken in, and what officers are shown of it."""
