"""Files: JSON lines, ratings tables, run summaries; written whole or not at all, inside the study's folder."""
