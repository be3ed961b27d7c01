"""What becomes of an answer on its way in: the verdict, the device it came from, and the rules that applied."""
