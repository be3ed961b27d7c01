"""What becomes of a question that was faulty, and of the results it was in."""
