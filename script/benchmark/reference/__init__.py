"""The bare Django project that every flow is compared with."""
