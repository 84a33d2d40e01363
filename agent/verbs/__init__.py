"""One file for each verb of the command line: arguments, and a run that answers an exit status."""
