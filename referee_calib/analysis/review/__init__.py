"""What a coordinator decided, in the analysis: excluded raters and claims, and adjudicated levels."""
