"""Every query of the service. Each file holds those of one subject; none of them commits."""
