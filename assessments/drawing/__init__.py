"""Drawing a paper: what authors plan, how questions are sorted, and the assignment of questions to rows."""
