SELECT a AS submitter FROM published
