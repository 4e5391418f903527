"""What ``agree`` shows: sections of tables with everything a reader needs beside them, a headline and a paragraph."""
