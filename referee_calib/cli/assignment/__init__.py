"""The verb that decides who rates which claims."""
