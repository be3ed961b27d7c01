"""What officers read. Everything comes from editions."""
