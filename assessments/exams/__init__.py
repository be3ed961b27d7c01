"""Who may begin a test, when and where: attempts left, exams with tickets, extra time."""
