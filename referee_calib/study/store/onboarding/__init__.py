"""Tables and rows of what raters go through before they rate, and of ratings that are held back."""
