"""Reports: the contents once, as plain values, and the forms they take: HTML, Markdown, JSON, a CSV row."""
