"""What travels: the shapes of requests and answers, one noun a file."""
