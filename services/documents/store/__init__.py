"""Every query of the service, one file per subject. None of them commits."""
