"""What coordinators decide about ratings that are there: adjudicated levels, and who or what is excluded."""
