"""Reading papers: from PDF to text with places, sections, links and evidence."""
