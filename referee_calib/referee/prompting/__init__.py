"""The words a referee is asked with: prompt files, rubric sentences, sanitized model text."""
